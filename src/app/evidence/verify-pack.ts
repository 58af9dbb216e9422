import { createHash } from 'node:crypto'
import { keyIdOf, verifySignature } from '#adapters/signing'
import type { KeyMeans, PackFinding, PackIndex, ReadPack, SignedHead, SigningKey } from '#domain/evidence'
import { judgePack, packKind, packPaths, readSignedHead, trustedKeys } from '#domain/evidence'
import type { LedgerEvent } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import { readZip, writeStoredZip } from '#format'

const keys: KeyMeans = { verify: verifySignature, keyIdOf }

/** What is wrong with a pack is a finding, whatever it is; read from its bytes, what was kept outside, and the rules of this version. */
export async function judgeFile(
  bytes: Uint8Array,
  anchors: readonly SignedHead[],
  pem: string | undefined,
): Promise<readonly PackFinding[]> {
  const opened = await openPack(bytes, pem)
  if ('findings' in opened) return opened.findings
  const { files, key, read } = opened
  const isSigned = (text: string, signature: string) => verifySignature({ publicKey: key.pem, text, signature })
  const whose: PackFinding =
    pem === undefined
      ? {
          state: 'open',
          subject: 'key',
          message: `The key ${key.keyId} came with the pack: compare it with one that you were given otherwise, or give it with --public-key.`,
        }
      : { state: 'proved', subject: 'key', message: `Signed by the key that you gave, ${key.keyId}.` }
  return [
    { state: 'proved', subject: 'file', message: `All ${files} files are those that were signed, and nothing is in the file besides.` },
    whose,
    ...judgePack(read, { hash: sha256, isSigned, key, keys, anchors }),
  ]
}

interface OpenedPack {
  readonly files: number
  readonly key: { readonly pem: string; readonly keyId: string }
  readonly read: ReadPack
}

async function openPack(bytes: Uint8Array, pem: string | undefined): Promise<OpenedPack | { readonly findings: readonly PackFinding[] }> {
  try {
    const zipped = await readZip(bytes)
    if (!Buffer.from(writeStoredZip(zipped)).equals(bytes))
      return broken('It is not the zip that its files give: something was changed between or around them.')
    const files = new Map(zipped.map((file) => [file.path, Buffer.from(file.bytes)]))
    const index = parse<PackIndex>(files, packPaths.index)
    const pinned = pem ?? textOf(files, packPaths.publicKey)
    const pinnedId = keyIdOf(pinned)
    if (pinnedId === undefined) return broken('The public key is no Ed25519 key in PEM.')
    const signature = parse<{ readonly keyId: string; readonly signature: string }>(files, packPaths.signature)
    const { keyId, pem: key } = findSigner(files, { keyId: pinnedId, pem: pinned }, signature.keyId)
    if (canonicalText(signature) !== textOf(files, packPaths.signature) || signature.keyId !== keyId)
      return broken('Its signature is not one of the key that the pack is held against.')
    if (!verifySignature({ publicKey: key, text: textOf(files, packPaths.index), signature: signature.signature }))
      return broken('Its table of contents is not signed by the key that the pack is held against.')
    if (index.kind !== packKind) return broken(`It is not a pack of evidence that this version knows, but ${String(index.kind)}.`)
    const unlike = compareFiles(files, index)
    if (unlike.length > 0) return { findings: unlike }
    return { files: files.size, key: { pem: key, keyId }, read: readPack(files, index) }
  } catch (error) {
    // Whatever is wrong with a file of a stranger is said of the file.
    return broken(`It cannot be read: ${errorMessage(error)}`)
  }
}

/** The key that signed, where it is the pinned one or followed it: each step was signed by the one before, whatever else is in the file. */
function findSigner(files: ReadonlyMap<string, Buffer>, pinned: SigningKey, signerId: string): SigningKey {
  const known = trustedKeys(pinned, entriesOf(files), keys)
  return known.find(({ keyId, endedBy }) => keyId === signerId && endedBy === undefined) ?? pinned
}

function entriesOf(files: ReadonlyMap<string, Buffer>): readonly LedgerEvent[] {
  const lines = textOf(files, packPaths.entries).split('\n')
  // Judged by their hashes before anything is believed of them.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEvent)
}

function compareFiles(files: ReadonlyMap<string, Buffer>, { files: listed }: PackIndex): readonly PackFinding[] {
  const known = new Set<string>([packPaths.index, packPaths.signature, ...listed.map(({ path }) => path)])
  const added = [...files.keys()]
    .filter((path) => !known.has(path))
    .map((path) => failed(path, 'It is in the file, and not in the table of contents.'))
  const others = listed.flatMap(({ path, sha256: digest, size }) => {
    const bytes = files.get(path)
    if (bytes === undefined) return [failed(path, 'It is missing.')]
    return bytes.length === size && sha256(bytes) === digest ? [] : [failed(path, 'It is not what was signed.')]
  })
  return [...added, ...others]
}

function readPack(files: ReadonlyMap<string, Buffer>, { signedHead, selection }: PackIndex): ReadPack {
  const head = readSignedHead(signedHead)
  if (head === undefined) throw new DroverError('evidence.unreadable', 'The table of contents holds no signed head.')
  return {
    signedHead: head,
    selection,
    entries: entriesOf(files),
    withheld: parse(files, packPaths.withheld),
    promotions: documents(files, /^promotions\/(.*)\.json$/),
    releases: documents(files, /^releases\/(.*)\.json$/),
    provenance: new Map([...documents(files, /^provenance\/(.*)\.dsse\.json$/)].map(([hex, each]) => [`sha256:${hex}`, each])),
    artifacts: digestsIn('artifacts/', files),
    documents: digestsIn('documents/', files),
  }
}

/** Counted by their bytes, whatever they are called. */
function digestsIn(folder: string, files: ReadonlyMap<string, Buffer>): ReadonlySet<string> {
  return new Set([...files].flatMap(([path, bytes]) => (path.startsWith(folder) ? [`sha256:${sha256(bytes)}`] : [])))
}

function documents(files: ReadonlyMap<string, Buffer>, form: RegExp): ReadonlyMap<string, unknown> {
  const found = [...files.keys()].flatMap((path): [string, unknown][] => {
    const id = form.exec(path)?.[1]
    return id === undefined ? [] : [[id, parse(files, path)]]
  })
  return new Map(found)
}

function parse<T>(files: ReadonlyMap<string, Buffer>, path: string): T {
  // Signed by the workspace, or found to be something else by whoever judges it.
  return JSON.parse(textOf(files, path)) as T
}

function textOf(files: ReadonlyMap<string, Buffer>, path: string): string {
  const bytes = files.get(path)
  if (bytes !== undefined) return bytes.toString('utf8')
  throw new DroverError('evidence.unreadable', `It has no ${path}.`)
}

/** The one way in which a pack writes it. */
function canonicalText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function broken(message: string): { readonly findings: readonly PackFinding[] } {
  return { findings: [failed('file', message)] }
}

function failed(subject: string, message: string): PackFinding {
  return { state: 'failed', subject, message }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
