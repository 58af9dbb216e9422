import type { Tell, UnpackReport, UnpackRequest } from '#cli'
import type { FileTree, PackageFile } from '#format'
import { parseXml, readManifest, unpackSolution as unpackFiles } from '#format'
import { managedTwinOf, openZipFile } from './open-solution.ts'
import { createWatch } from './watch.ts'
import { writeFolder } from './write-folder.ts'

/** `drover solution unpack`: the files of a zip, or of both zips of a version, as a folder. */
export async function unpackSolution(request: UnpackRequest, tell: Tell): Promise<UnpackReport> {
  const managedPath = request.type === 'both' ? (request.managed ?? managedTwinOf(request.zip)) : undefined
  const zip = openZipFile(request.zip)
  const files = unpackFiles(zip, {
    layout: request.layout,
    ...(request.type === undefined ? {} : { type: request.type }),
    ...(managedPath === undefined ? {} : { managed: openZipFile(managedPath) }),
  })
  const carrying = { isCarrying: false }
  const written = await writeFolder(request.out, watched(files, carrying), {
    use: { isClean: request.isClean, inputs: [request.zip, ...(managedPath === undefined ? [] : [managedPath])] },
    watch: createWatch(request.signal, tell),
  })
  const { uniqueName, version, isManaged } = await manifestOf(zip)
  return {
    solution: uniqueName,
    version,
    type: request.type ?? (isManaged ? 'managed' : 'unmanaged'),
    layout: request.layout,
    folder: request.out,
    ...written,
    ...carrying,
    warnings: [],
  }
}

/** Passes the files on and notes whether something had to be carried beside the layout. */
async function* watched(files: AsyncIterable<PackageFile>, carrying: { isCarrying: boolean }): AsyncGenerator<PackageFile> {
  for await (const file of files) {
    if (file.path === '.drover/carried.json') carrying.isCarrying = true
    yield file
  }
}

async function manifestOf(zip: FileTree) {
  const path = zip.paths.find((one) => one.toLowerCase() === 'solution.xml') ?? 'solution.xml'
  return readManifest(parseXml(await zip.read(path), path))
}
