// SpruceID's Rust code in WebAssembly, as the LearnCard wallet carries it.
import {readFileSync} from 'node:fs';
import {question} from './world.mjs';

const folder = new URL('./node_modules/@learncard/didkit-plugin/dist/', import.meta.url);
const didkit = await import(new URL('didkit/didkit_wasm.js', folder).href).catch(
  () => import(new URL('didkit_wasm.js', folder).href));
await didkit.default({module_or_path: readFileSync(new URL('didkit_wasm_bg.wasm', folder))});

function contextsOf(credential) {
  const used = [...new Set(JSON.stringify(credential).match(/https?:[^"\\]+/g))].filter(url => url in question.contexts);
  return JSON.stringify(Object.fromEntries(used.map(url => [url, JSON.stringify(question.contexts[url])])));
}

export async function verifyBySpruce(credential) {
  const options = JSON.stringify({proofPurpose: 'assertionMethod'});
  const result = JSON.parse(await didkit.verifyCredential(JSON.stringify(credential), options, contextsOf(credential)));
  return {accepted: result.errors.length === 0 && result.checks.includes('proof'), said: JSON.stringify(result)};
}

export async function issueBySpruce({document, suite, key, created}) {
  const named = suite === 'Ed25519Signature2020' ? {type: suite} : {type: 'DataIntegrityProof', cryptosuite: suite};
  const options = JSON.stringify({...named, verificationMethod: key.kid, proofPurpose: 'assertionMethod', created});
  return JSON.parse(await didkit.issueCredential(JSON.stringify(document), options, JSON.stringify(key), contextsOf(document)));
}
