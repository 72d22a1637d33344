// Other people's verifier, in one process: node verify_many.mjs VERIFY_MJS BADGES.json
// BADGES.json: {"map": {url: document}, "badges": [text, ...], "rounds": n}. Prints {"microseconds": CPU of one, "valid": n}.
import {pathToFileURL} from 'node:url';
import {readFileSync} from 'node:fs';

const [, , verifier, given] = process.argv;
const {verify} = await import(pathToFileURL(verifier).href);
const {map, badges, rounds} = JSON.parse(readFileSync(given, 'utf8'));
const documents = new Map(Object.entries(map));

async function everyBadge() {
  let valid = 0;
  for(const badge of badges) {
    const {verified} = await verify(badge, {map: documents, now: new Date()});
    valid += verified ? 1 : 0;
  }
  return valid;
}

let valid = await everyBadge(); // the engine compiles what runs often
const begin = process.cpuUsage();
for(let round = 0; round < rounds; round++) {
  valid = await everyBadge();
}
const {user, system} = process.cpuUsage(begin);
console.log(JSON.stringify({microseconds: (user + system) / (rounds * badges.length), valid}));
