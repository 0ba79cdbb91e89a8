import { evaluate } from "./testing/evaluate.ts";
import { sigmoid, sigmoidPieces } from "./sigmoid.ts";
const sig=(x:number)=>1/(1+Math.exp(-x));
console.log(sigmoidPieces(16).length, sigmoidPieces(16).map(p=>p.from));
const n=1<<17; let worst=0, at=0, min=9, max=-9;
for (let c=0;c<10;c++) { const xs=Array.from({length:n},(_,i)=>(c*n+i-5*n)/65536);
 for (const pattern of [0,65535]) { const {values}=evaluate(sigmoid,[xs],{pattern}); values.forEach((v,i)=>{const e=Math.abs(v-sig(xs[i]!)); if(e>worst){worst=e;at=xs[i]!} min=Math.min(min,v);max=Math.max(max,v)}); } }
console.log("worst",worst*4096,"x2^-12 at",at,min,max);
const r=evaluate(sigmoid,[Array.from({length:800},(_,i)=>i/40-10)],{backend:"ring"}); console.log(r.rounds,r.bytes/800, Math.max(...r.values.map((v,i)=>Math.abs(v-sig(i/40-10)))));
