import { evaluate, type Function } from "./testing/evaluate.ts";
import { sqrt, inverseSqrt } from "./sqrt.ts";
function check(name:string, fn:Function, ref:(x:number)=>number, f=16,k=31){
 let wr=0,wa=0,at=0,wl=0; const R=2**(k-1-f),u=2**-f;
 const xs=[...Array.from({length:30000},(_,i)=>u*Math.floor(2**((i+.5)/30000*(k-1)))),...Array.from({length:4000},(_,i)=>u*(i+1)),...Array.from({length:k-1},(_,i)=>[u*(2**i-1),u*2**i,u*(2**i+1)]).flat().filter(x=>x<R),R-u,0,-1,-R];
 for (let p=0;p<128;p++) { const {values}=evaluate(fn,[xs],{pattern:p*129,f,k}); values.forEach((v,i)=>{
   const want=xs[i]!<=0?0:ref(xs[i]!); const e=Math.abs(v-want); const b=(e-1.25*u)/want; if(b>wr){wr=b;at=xs[i]!} wa=Math.max(wa,e/u); if(want<4) wl=Math.max(wl,e/u)}); if(k!=31)p+=6; }
const r=evaluate(fn,[xs.slice(0,8000)],{f,k,backend:"ring"}); let rm=0; r.values.forEach((v,i)=>{const w=ref(xs[i]!); rm=Math.max(rm,(Math.abs(v-w))*2**f)});
console.log(name,f,k,"units",wa,"small",wl,"beyond 1.25: rel 2^",Math.log2(wr),"at",at, "rounds",r.rounds,"bytes",r.bytes/8000,"ring",rm);
}
for (const [f,k] of [[16,31],[8,17],[8,23],[8,31],[12,27],[15,30],[16,40],[17,32],[20,35],[20,40]] as const) {
check("sqrt",sqrt,Math.sqrt,f,k); check("isqrt",inverseSqrt,x=>1/Math.sqrt(x),f,k); }
