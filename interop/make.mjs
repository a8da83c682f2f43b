// Lets other people's programs issue, so that we can be asked about what they made. One JSON question in, one JSON answer out.
//
// question: {"contexts", "documents", "jobs": [{"name", "suite", "document", "key", "created", "mandatory"?, "pointers"?, "by"?}]}
//   suite   a Data Integrity cryptosuite, "Ed25519Signature2020", "vc-jwt" or "sd-jwt"
//   key     a Multikey with its secret; a JWK with its secret, and its "kid", for tokens and for SpruceID's code
//   by      "spruce" for SpruceID's code, left out for Digital Bazaar's
// answer:   {"jobs": [{"name", "made"} or {"name", "failed"}]}
import {question, documentLoader, sentence} from './world.mjs';
import {disclosing, signing} from './suites.mjs';
import {issueSdJwt, issueVcJwt} from './tokens.mjs';

const vc = await import('@digitalbazaar/vc');

async function make(job) {
  if(job.suite === 'vc-jwt') return issueVcJwt(job);
  if(job.suite === 'sd-jwt') return issueSdJwt(job);
  if(job.by === 'spruce') return (await import('./spruce.mjs')).issueBySpruce(job);
  const suite = await signing(job);
  const now = new Date(job.created);
  const issued = await vc.issue({credential: structuredClone(job.document), suite, documentLoader, now});
  return job.pointers ? vc.derive({verifiableCredential: issued, suite: disclosing(job), documentLoader}) : issued;
}

const answer = {jobs: []};
for(const job of question.jobs) {
  try {
    answer.jobs.push({name: job.name, made: await make(job)});
  } catch(error) {
    answer.jobs.push({name: job.name, failed: sentence(error)});
  }
}
process.stdout.write(JSON.stringify(answer));
