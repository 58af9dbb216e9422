import { layerKindOf } from '#domain/solution'
import { leaveOut } from '../leave-out.ts'
import type { ComponentPart } from '../package.ts'
import { readPackage } from '../read-package.ts'
import { writePackage } from '../write-package.ts'
import { layerTexts } from './layer-texts.ts'

/** What the top layer of an environment says of one component. */
export interface LayerText {
  /** `kind:key`. */
  readonly component: string
  /** Names of the attributes that it changes, bookkeeping left out; undefined where it does not tell. */
  readonly changed: readonly string[] | undefined
  /** The definition as that layer has it, by attribute, names in lower case; undefined where it cannot be read. */
  readonly attributes: Readonly<Record<string, unknown>> | undefined
}

/** A solution file with what layers changed, in the place of an export; and of what it could not be made, with the reason. */
interface PackageOfLayers {
  readonly bytes: Uint8Array
  /** `kind:key` → a sentence. These components are not in the file. */
  readonly cannot: Readonly<Record<string, string>>
}

/**
 * The solution file that was shipped, with the changes that layers name put into it: to read changes out of an environment in which nothing
 * shall be made. Only texts that a layer holds whole are taken over, and a component of which one change is not such a text is left out as
 * a whole, so that half a change never passes for one.
 */
export async function packageOfLayers(shipped: Uint8Array, layers: readonly LayerText[]): Promise<PackageOfLayers> {
  const pkg = await readPackage(shipped)
  const cannot: Record<string, string> = {}
  let { parts } = pkg
  for (const layer of layers) {
    const part = parts.find(({ kind, key }) => `${kind}:${key}`.toLowerCase() === layer.component.toLowerCase())
    if (part === undefined) continue
    const written = writeLayer(part, layer)
    if (typeof written === 'string') cannot[layer.component] = written
    else parts = parts.map((each) => (each === part ? written : each))
  }
  return { bytes: await writePackage(leaveOut({ ...pkg, parts }, Object.keys(cannot)).package), cannot }
}

/** The part with all that the layer changed, or why that cannot be. */
function writeLayer(part: ComponentPart, { changed, attributes }: LayerText): ComponentPart | string {
  const texts = layerTexts[layerKindOf(part.kind).toLowerCase()]
  if (texts === undefined)
    return `What changed of a ${part.kind} does not stand whole in its layer, and no transport solution may be made there; make the change in Dev by hand.`
  if (changed === undefined || attributes === undefined)
    return 'The environment does not tell what its layer by hand says; make the change in Dev by hand.'
  let next = part
  for (const name of changed.map((each) => each.toLowerCase())) {
    const written = writeText(next, texts[name], attributes[name])
    if (written === undefined)
      return `Its layer by hand changes "${name}", which cannot be taken from a layer as it stands there; make the change in Dev by hand.`
    next = written
  }
  return next
}

/** Undefined also of what does not read as what it has to be. */
function writeText(
  part: ComponentPart,
  write: ((part: ComponentPart, text: string) => ComponentPart | undefined) | undefined,
  value: unknown,
): ComponentPart | undefined {
  if (write === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined
  try {
    return write(part, String(value))
  } catch {
    return undefined // no XML
  }
}
