// Asks other people's verifiers about credentials. Reads one JSON question from standard input, writes one JSON answer.
//
// question: {"contexts": {url: document}, "documents": {url: document}, "cases": [{"name", "credential", "peers"?, "key"?}]}
//   contexts   the JSON-LD contexts in play, the published ones
//   documents  what the web would serve: DID documents and status lists, by address
//   peers      whom to ask; left out, all who read embedded proofs; key: for tokens, the public JWK
// answer:   {"versions": {peer: version}, "cases": [{"name", "peers": {peer: {"accepted", "said"}}}]}
//
// Nothing here reaches a network: fetch() answers from the question and refuses the rest.
import {context, documentLoader, question, sentence, version} from './world.mjs';
import {verifyBySpruce} from './spruce.mjs';
import {verifying} from './suites.mjs';
import {askJose, askSdJwt} from './tokens.mjs';

// DCC verifier-core -------------------------------------------------------------------------------------------------------
// It carries a v2 context older than the final one: give it the final one, in place, before it builds its loader.
const older = await import('@digitalcredentials/credentials-v2-context');
const final = context('https://www.w3.org/ns/credentials/v2');
if(older.CONTEXT && final) {
  for(const key of Object.keys(older.CONTEXT)) delete older.CONTEXT[key];
  Object.assign(older.CONTEXT, final);
}
const {verifyCredential: askVerifierCore} = await import('@digitalcredentials/verifier-core');

async function verifierCore(credential) {
  const result = await askVerifierCore({credential: structuredClone(credential), knownDIDRegistries: []});
  if(result.errors) return {accepted: false, said: result.errors.map(sentence).join('; ')};
  // Its log is the answer: a step that says false is no error to it.
  const steps = Object.fromEntries((result.log ?? []).map(entry => [entry.id, entry.valid ?? (entry.error ? false : null)]));
  const must = ['valid_signature', 'expiration', ...(credential.credentialStatus ? ['revocation_status'] : [])];
  return {accepted: must.every(step => steps[step] === true), said: JSON.stringify(steps)};
}

// Digital Bazaar vc ---------------------------------------------------------------------------------------------------------
const vc = await import('@digitalbazaar/vc');

async function digitalBazaar(credential) {
  const proofs = [credential.proof].flat();
  const suite = proofs.map(verifying);
  // Status lists are checked by verifier-core and by Cairn; here the signature is asked about.
  const result = await vc.verifyCredential({credential: structuredClone(credential), suite, documentLoader, checkStatus: async () => ({verified: true})});
  return {accepted: result.verified === true, said: result.verified ? 'verified' : sentence(result.error?.errors?.[0] ?? result.error)};
}

const peers = {
  '@digitalcredentials/verifier-core': ({credential}) => verifierCore(credential),
  '@digitalbazaar/vc': ({credential}) => digitalBazaar(credential),
  '@learncard/didkit-plugin': ({credential}) => verifyBySpruce(credential),
  jose: askJose,
  '@sd-jwt/core': askSdJwt,
};
const EMBEDDED = ['@digitalcredentials/verifier-core', '@digitalbazaar/vc', '@learncard/didkit-plugin'];
const answer = {versions: Object.fromEntries(Object.keys(peers).map(name => [name, version(name)])), cases: []};
for(const one of question.cases) {
  const {name} = one, said = {};
  for(const peer of one.peers ?? EMBEDDED) {
    try {
      said[peer] = await peers[peer](one);
    } catch(error) {
      said[peer] = {accepted: false, said: `refused: ${sentence(error)}`};
    }
  }
  answer.cases.push({name, peers: said});
}
process.stdout.write(JSON.stringify(answer));
