import { DroverError } from '#domain/kernel'
import { packManifest, packageTypeOf } from './source/pack-manifest.ts'
import { scanXml } from './xml/scan-xml.ts'
import { readZip } from './zip/read-zip.ts'
import { writeZip } from './zip/write-zip.ts'

/** The same solution file under another version: every entry but solution.xml keeps its bytes, and equal files give equal bytes. */
export async function withVersion(file: Uint8Array, version: string): Promise<Uint8Array> {
  const files = await readZip(file)
  const at = files.findIndex(({ path }) => path.toLowerCase() === 'solution.xml')
  const manifest = files[at]
  if (manifest === undefined) {
    throw new DroverError('solution.no-manifest', 'The file holds no solution.xml, so it has no version.', {
      hint: 'Name a solution file.',
    })
  }
  const tape = scanXml(manifest.bytes, manifest.path)
  const type = packageTypeOf(tape) === 'managed' ? 'managed' : 'unmanaged'
  return writeZip(files.with(at, { path: manifest.path, bytes: packManifest(tape, type, version) }))
}
