import { errorCode } from '#domain/kernel'
import type { PackageFile } from '#format'
import { readPackage } from '../../src/format/read-package.ts'
import { writePackage } from '../../src/format/write-package.ts'
import { readZip } from '../../src/format/zip/read-zip.ts'
const format = { readPackage, writePackage, readZip }
import { canonicalXml } from './canonical-xml.ts'
import type { Base } from './bases.ts'
import { editFiles } from './file-edits.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { rawZip } from './raw-zip.ts'
import { editedZip } from './zip-edits.ts'

/** How a case ended well: with success, every law held, or with an error of ours. */
export interface Outcome {
  readonly kind: FuzzCase['kind']
  /** `ok`, or the code of the error. */
  readonly result: string
}

/** Runs the case. Throws when it ended as no case may: another error than ours, a law that does not hold. */
export async function judge(fuzzCase: FuzzCase, bases: readonly Base[]): Promise<Outcome> {
  const base = bases[fuzzCase.base % bases.length]
  if (base === undefined) throw new Error('There are no bases.')
  try {
    await runCase(fuzzCase, base)
    return { kind: fuzzCase.kind, result: 'ok' }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'unexpected') throw error
    return { kind: fuzzCase.kind, result: code }
  }
}

async function runCase(fuzzCase: FuzzCase, base: Base): Promise<void> {
  const files = editFiles(base.files, fuzzCase.files)
  const zip = fuzzCase.kind === 'zip' ? editedZip(files, fuzzCase.zip) : rawZip(files)
  const read = await format.readZip(zip)
  for (const { path } of read) demandSafe(path)
  const pkg = await format.readPackage(zip)
  const again = await format.readZip(await format.writePackage(pkg))
  demandSameFiles(read, again)
}

/** A path that stays in its folder on every system. */
function demandSafe(path: string): void {
  const parts = path.split('/')
  const isSafe = parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git')
  if (!isSafe || /[\\\u0000]/.test(path) || /^[a-z]:/i.test(path)) throw new Error(`law: the path ${JSON.stringify(path)} is not safe`)
}

const manifest = /^(solution|customizations)\.xml$/i

function demandSameFiles(before: readonly PackageFile[], after: readonly PackageFile[]): void {
  const late = new Map(after.map((file) => [plainName(file.path), file.bytes]))
  for (const { path: said, bytes } of before) {
    const path = plainName(said)
    const twin = late.get(path)
    if (/^\[content_types\]\.xml$/i.test(path)) continue
    if (twin === undefined) throw new Error(`law: a file is lost: ${path}`)
    const isSame = manifest.test(path) ? canonicalXml(bytes) === canonicalXml(twin) : Buffer.compare(bytes, twin) === 0
    if (!isSame) throw new Error(`law: ${path} is not the same after a round trip`)
  }
  const early = new Set(before.map((file) => plainName(file.path)))
  for (const path of late.keys())
    if (!early.has(path) && !/^\[content_types\]\.xml$/i.test(path)) throw new Error(`law: a file was made up: ${path}`)
}

/** The manifests are known by their names in any capitals, and written in lower case. */
function plainName(path: string): string {
  return manifest.test(path) ? path.toLowerCase() : path
}
