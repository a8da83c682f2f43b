// Tokens: panva's jose for JWTs, the OpenWallet Foundation's sd-jwt for selectively disclosable ones.
import {createHash, randomBytes} from 'node:crypto';
import {CompactSign, compactVerify, importJWK} from 'jose';
import {SDJwtInstance} from '@sd-jwt/core';

const hasher = (data, alg) => new Uint8Array(createHash(alg.replace('-', '')).update(Buffer.from(data)).digest());

async function sdJwt(key) {
  const imported = await importJWK(key, key.alg);
  return new SDJwtInstance({
    hasher,
    saltGenerator: length => randomBytes(length).toString('base64url'),
    signAlg: key.alg,
    signer: async data => {
      const token = await new CompactSign(Buffer.from(data.split('.')[1], 'base64url'))
        .setProtectedHeader(JSON.parse(Buffer.from(data.split('.')[0], 'base64url')))
        .sign(imported);
      return token.split('.')[2];
    },
    verifier: async (data, signature) => {
      try {
        await compactVerify(`${data}.${signature}`, imported);
        return true;
      } catch {
        return false;
      }
    },
  });
}

export async function issueVcJwt({document, key, header, claims}) {
  const payload = new TextEncoder().encode(JSON.stringify({...document, ...claims}));
  return new CompactSign(payload).setProtectedHeader({alg: key.alg, kid: key.kid, ...header}).sign(await importJWK(key, key.alg));
}

export async function issueSdJwt({document, key, header, disclosable}) {
  const issuer = await sdJwt(key);
  return issuer.issue(document, disclosable, {header: {alg: key.alg, kid: key.kid, ...header}});
}

export async function askJose({credential, key}) {
  const {payload} = await compactVerify(credential, await importJWK(key, key.alg));
  return {accepted: true, said: new TextDecoder().decode(payload)};
}

export async function askSdJwt({credential, key}) {
  const holder = await sdJwt(key);
  const {payload} = await holder.verify(credential);
  const claims = await holder.getClaims(credential);
  return {accepted: payload !== undefined, said: JSON.stringify(claims)};
}
