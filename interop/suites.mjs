// Digital Bazaar's cryptosuites by name: what verifies a proof, what signs a document, what discloses a part of one.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsaRdfc2022} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as eddsaJcs2022 from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as ecdsaRdfc2019 from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaJcs2019 from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd2023 from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';

const EMPTY = [];
const one = (module, purpose, ...given) => module.cryptosuite ?? module[`create${purpose}Cryptosuite`](...given);

const VERIFY = {
  'eddsa-rdfc-2022': () => eddsaRdfc2022,
  'eddsa-jcs-2022': () => one(eddsaJcs2022, 'Verify'),
  'ecdsa-rdfc-2019': () => one(ecdsaRdfc2019, 'Verify', {requiredAlgorithm: undefined}),
  'ecdsa-jcs-2019': () => one(ecdsaJcs2019, 'Verify'),
  'ecdsa-sd-2023': () => ecdsaSd2023.createVerifyCryptosuite(),
};
const SIGN = {
  ...VERIFY,
  'eddsa-jcs-2022': () => one(eddsaJcs2022, 'Sign'),
  'ecdsa-jcs-2019': () => one(ecdsaJcs2019, 'Sign'),
  'ecdsa-sd-2023': job => ecdsaSd2023.createSignCryptosuite({mandatoryPointers: job.mandatory ?? EMPTY}),
};

export function verifying(proof) {
  if(proof.type === 'Ed25519Signature2020') return new Ed25519Signature2020();
  const made = VERIFY[proof.cryptosuite];
  if(!made) throw new Error(`no suite for ${proof.cryptosuite ?? proof.type}`);
  return new DataIntegrityProof({cryptosuite: made()});
}

export async function signing(job) {
  const kind = job.key.publicKeyMultibase.startsWith('z6Mk') ? Ed25519Multikey : EcdsaMultikey;
  const signer = (await kind.from(job.key)).signer();
  if(job.suite === 'Ed25519Signature2020') return new Ed25519Signature2020({signer, date: job.created});
  return new DataIntegrityProof({signer, cryptosuite: SIGN[job.suite](job), date: job.created});
}

export const disclosing = job => new DataIntegrityProof({
  cryptosuite: ecdsaSd2023.createDiscloseCryptosuite({selectivePointers: job.pointers ?? EMPTY})
});
