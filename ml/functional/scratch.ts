import { evaluate, type Function } from "./testing/evaluate.ts";
import { log,log2 } from "./log.ts";
function check(name:string, fn:Function, ref:(x:number)=>number, f=16,k=31){
 let wa=0, ata=0, min=9, max=-9; const R=2**(k-1-f);
 const xs=[...Array.from({length:40000},(_,i)=>2**-f*Math.floor(2**((i+.5)/40000*(k-1)))),R-2**-f,0,-1,-R];
 for (const pattern of [0,15,1,2,3,4,5,6,7,8,9,10,11,12,13,14].map(x=>x*0x1111)) { const {values}=evaluate(fn,[xs],{pattern,f,k}); values.forEach((v,i)=>{
   const want=ref(Math.max(2**-f,xs[i]!)); const e=Math.abs(v-want); const a=e*2**f; if(!(a<=wa)){wa=a;ata=xs[i]!} min=Math.min(min,v);max=Math.max(max,v)}); }
const r=evaluate(fn,[xs.slice(0,8000)],{f,k,backend:"ring"}); let rm=0; r.values.forEach((v,i)=>{const w=ref(Math.max(2**-f,xs[i]!)); rm=Math.max(rm,(Math.abs(v-w))*2**f)});
console.log(name,f,k,"units",wa,"beyond 1:",Math.log2((wa-1)*2**-f),"at",ata,min,max, "rounds",r.rounds,"bytes",r.bytes/8000,"ring",rm);
}
for (const [f,k] of [[16,31],[8,17],[8,23],[8,31],[12,27],[12,31],[16,40],[17,32],[20,35],[20,40]] as const) {
check("log",log,Math.log,f,k); check("log2",log2,Math.log2,f,k); }
