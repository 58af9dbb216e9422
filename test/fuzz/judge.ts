import { errorCode } from '#domain/kernel'
import type { PackageFile } from '#format'
import type { Base } from './bases.ts'
import { editFiles } from './file-edits.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { demandDifferenceLaws, demandReadableApp } from './laws-of-reading.ts'
import { demandInsideOfTarget } from './laws-on-disk.ts'
import { demandRoundTripOfBoth, demandRoundTripOfFolder, demandRoundTripOfYaml, demandRoundTripOfZip, sourceOf } from './laws.ts'
import { ownCanvasApp } from './own-solution.ts'
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
    return { kind: fuzzCase.kind, result: await runCase(fuzzCase, base) }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'unexpected') throw error
    return { kind: fuzzCase.kind, result: code }
  }
}

async function runCase(fuzzCase: FuzzCase, base: Base): Promise<string> {
  switch (fuzzCase.kind) {
    case 'zip':
      return demandRoundTripOfZip(editedZip(editFiles(base.files, fuzzCase.files), fuzzCase.zip))
    case 'content':
      return demandRoundTripOfZip(rawZip(editFiles(base.files, fuzzCase.files)))
    case 'folder':
      return demandRoundTripOfFolder(editFiles(await sourceOf(base), fuzzCase.files))
    case 'yaml':
      return demandRoundTripOfYaml(await sourceOf(base), fuzzCase.files)
    case 'difference':
      return demandDifferenceLaws(editFiles(base.files, fuzzCase.files), editFiles(base.files, fuzzCase.others))
    case 'both':
      return demandRoundTripOfBoth(
        rawZip(editFiles(asForm(base.files, 0), fuzzCase.files)),
        rawZip(editFiles(asForm(base.files, 1), fuzzCase.others)),
      )
    case 'canvas app':
      return demandReadableApp(editedZip(editFiles(ownCanvasApp(), fuzzCase.files), fuzzCase.zip))
    case 'disk':
      return demandInsideOfTarget(rawZip(editFiles(base.files, fuzzCase.files)))
  }
}

/** The files with their manifest saying that they are the managed form (1), or the unmanaged (0). */
function asForm(files: readonly PackageFile[], managed: 0 | 1): PackageFile[] {
  return files.map(({ path, bytes }) => {
    if (path.toLowerCase() !== 'solution.xml') return { path, bytes }
    const text = Buffer.from(bytes).toString('utf8')
    return { path, bytes: new Uint8Array(Buffer.from(text.replace(/<Managed>\d/, `<Managed>${managed}`))) }
  })
}
