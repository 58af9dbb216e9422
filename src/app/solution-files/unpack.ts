import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tell, UnpackReport, UnpackRequest } from '#cli'
import { errorCode } from '#domain/kernel'
import type { FileTree, PackageFile } from '#format'
import { parseXml, readManifest, unpackSolution as unpackFiles } from '#format'
import { eachAboutInput } from './about-input.ts'
import { managedTwinOf, openZipFile } from './open-solution.ts'
import { readLimits } from './read-limits.ts'
import { createWatch } from './watch.ts'
import { writeFolder } from './write-folder.ts'

/** `drover solution unpack`: the files of a zip, or of both zips of a version, as a folder. */
export async function unpackSolution(request: UnpackRequest, tell: Tell): Promise<UnpackReport> {
  const inputs = inputsOf(request)
  const zip = openZipFile(request.zip, readLimits(request.maxBytes))
  const written = await writeFolder(request.out, await sourceFiles(request, { zip, managed: inputs.managed }), {
    use: { isClean: request.isClean, inputs: Object.values(inputs).filter((path) => path !== undefined) },
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
    isCarrying: existsSync(join(request.out, '.drover/carried.json')),
    warnings: [],
  }
}

/** Every file that is read, so that none of them is in the folder that is replaced. */
function inputsOf({ zip, type, managed, map }: UnpackRequest) {
  return { zip, managed: type === 'both' ? (managed ?? managedTwinOf(zip)) : undefined, map }
}

interface Sources {
  readonly zip: FileTree
  readonly managed: string | undefined
}

async function sourceFiles(request: UnpackRequest, sources: Sources): Promise<AsyncIterable<PackageFile>> {
  const reading = { path: request.zip }
  const { managed } = sources
  const files = unpackFiles(following(sources.zip, request.zip, reading), {
    ...(request.type === undefined ? {} : { type: request.type }),
    ...(managed === undefined ? {} : { managed: following(openZipFile(managed, readLimits(request.maxBytes)), managed, reading) }),
    ...(request.map === undefined ? {} : { map: (await import('./load-file-map.ts')).loadFileMap(request.map, request.out).map }),
  })
  const noted = request.withCanvasSources ? withCopies(files) : files
  const laidOut = request.layout === 'yaml' ? inYaml(noted) : noted
  return eachAboutInput(laidOut, (error) => (isOfPair(error) && managed !== undefined ? `${request.zip} and ${managed}` : reading.path))
}

/** Notes which zip is being read: of two, what goes wrong is about the one that was read last. */
function following({ paths, read }: FileTree, zip: string, reading: { path: string }): FileTree {
  return {
    paths,
    read: (path) => {
      reading.path = zip
      return read(path)
    },
  }
}

/** Two zips that do not belong together are both to blame. */
function isOfPair(error: unknown): boolean {
  return ['solution.not-twins', 'solution.wrong-package-type'].includes(errorCode(error))
}

/** The files, with copies of the sources of canvas apps beside them. */
async function* withCopies(files: AsyncIterable<PackageFile>): AsyncGenerator<PackageFile> {
  for await (const file of files) {
    yield file
    if (file.path.toLowerCase().endsWith('.msapp')) yield* copiesOf(file)
  }
}

async function* copiesOf(app: PackageFile): AsyncGenerator<PackageFile> {
  const { canvasSourceFolder, canvasSources } = await import('./canvas-copies.ts')
  const folder = canvasSourceFolder(app.path)
  for (const source of await canvasSources(app.bytes, app.path)) yield { path: `${folder}/${source.path}`, bytes: source.bytes }
}

/** The YAML layout is made of the whole; copies for reviewers are no part of it and stay as they are. */
async function* inYaml(files: AsyncIterable<PackageFile>): AsyncGenerator<PackageFile> {
  const whole: PackageFile[] = []
  for await (const file of files) whole.push(file)
  const { toYamlLayout } = await import('./yaml-layout.ts')
  yield* toYamlLayout(whole)
}

async function manifestOf(zip: FileTree) {
  const path = zip.paths.find((one) => one.toLowerCase() === 'solution.xml') ?? 'solution.xml'
  return readManifest(parseXml(await zip.read(path), path))
}
