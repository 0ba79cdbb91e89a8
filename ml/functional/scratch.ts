import { evaluate, type Function } from "./testing/evaluate.ts";
import { maximum, argmax } from "./maximum.ts"; import { softmax } from "./softmax.ts"; import { divide } from "./divide.ts";
console.log(evaluate(divide,[[1,2,-7],[3,4,.5]],{backend:"ring"}));
let seed=7; const r=()=>{seed=(seed*48271)%2147483647;return seed/2147483647};
for (const [f,k] of [[16,31],[8,23],[20,40]]) for (const n of [1,2,3,5,7,8,10,100]) {
 const rows=200, xs=Array.from({length:rows*n},(_,i)=>{const s=[1,10,100][Math.floor(i/n)%3]!; return Math.round((r()-.5)*s*2**f)/2**f}); const sh=[[rows,n]];
 const row=(i:number)=>xs.slice(i*n,i*n+n);
 const am=evaluate(argmax,[xs],{f,k,shapes:sh}), mm=evaluate(maximum,[xs],{f,k,shapes:sh,backend:"ring"});
 let ok=true; for(let i=0;i<rows;i++){const m=Math.max(...row(i)); ok&&=mm.values[i]===m&&row(i).indexOf(m)===am.values[i];}
 let w=0; for(const p of [0,65535,0x5555,0x3333,0xaaaa,0x137f]){ const s=evaluate(softmax,[xs],{f,k,shapes:sh,pattern:p}); for(let i=0;i<rows;i++){const R=row(i),m=Math.max(...R),e=R.map(v=>Math.exp(v-m)),S=e.reduce((a,b)=>a+b); R.forEach((_,j)=>w=Math.max(w,Math.abs(s.values[i*n+j]!-e[j]!/S)))}}
 const g=evaluate(softmax,[xs],{f,k,shapes:sh,backend:"ring"}); const g2=evaluate(softmax,[xs.slice(0,n)],{f,k,shapes:[[1,n]],backend:"ring"});
 console.log(f,k,n,ok,"max rounds",mm.rounds,mm.bytes/rows/n,"softmax err units",w*2**f,"2^",Math.log2(w),"rounds",g.rounds,g2.rounds,"bytes/elem",g.bytes/rows/n);
}
