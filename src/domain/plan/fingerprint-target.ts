import type { ObservedBinding, ObservedComponent, ObservedLayer, TargetContent } from '#domain/environment'
import { activeLayer, componentKey, isHarmless } from '#domain/environment'
import type { Version } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'

/** What a plan touches in its target. */
export interface TouchedTarget {
  /** The installed solution and its patches, by unique name and version; a pending upgrade too. */
  readonly own: readonly { readonly uniqueName: string; readonly version: Version }[]
  readonly target: TargetContent
  /** Those of the release's connection references. */
  readonly bindings: readonly ObservedBinding[]
  /** Schema names of variables whose value there is replaced. */
  readonly replacedValues?: readonly string[]
  /** Solutions that go in before it with the same train, in the version that they have there or will have; absent: it travels alone. */
  readonly mates?: readonly { readonly uniqueName: string; readonly version: Version | undefined }[]
}

/**
 * Names the state of what a plan touches: the solution's own versions and holding, its components with what others say about them, what
 * needs them, and bindings. No row counts, no versions of other solutions, nothing of work that touches none of these components; and no
 * layer that says nothing, since the platform makes such rows by itself. Of what goes in before it with the same train only the versions count: what
 * those bring was approved with it, and is there before its turn.
 */
export function fingerprintTarget(
  { own, target, bindings, replacedValues = [], mates = [] }: TouchedTarget,
  hash: (text: string) => string,
): string {
  const names = new Set(own.map((solution) => solution.uniqueName.toLowerCase()))
  const before = new Set(mates.map((mate) => mate.uniqueName.toLowerCase()))
  return hash(
    canonicalJson({
      own: sorted(own.map(({ uniqueName, version }) => `${uniqueName.toLowerCase()} ${version}`)),
      components: sorted(target.components.flatMap((component) => componentText(component, names, before))),
      dependants: sorted(target.dependants.map((one) => canonicalJson([one.required.toLowerCase(), one.kind, one.name, one.solution]))),
      bindings: sorted(bindings.map((binding) => `${binding.logicalName.toLowerCase()} ${binding.connectionId ?? ''}`)),
      unseen: sorted(target.unseen.map((unseen) => unseen.what)),
      ...(mates.length === 0 ? {} : { mates: mates.map((mate) => `${mate.uniqueName.toLowerCase()} ${mate.version ?? 'gone'}`) }),
      ...(replacedValues.length === 0 ? {} : { replacedValues: sorted(replacedValues.map((name) => name.toLowerCase())) }),
    }),
  )
}

/** What we ourselves say of it is in the version; what others say, and on which side of ours. */
function componentText(component: ObservedComponent, own: ReadonlySet<string>, mates: ReadonlySet<string>): readonly string[] {
  const isOwn = (name: string): boolean => own.has(name.toLowerCase())
  const isHeld = component.solutions.some(isOwn)
  const layers = [...(component.layers ?? [])].sort((a, b) => a.order - b.order).filter((layer) => !saysNothing(layer))
  const top = layers.findLastIndex((layer) => isOwn(layer.solution))
  const others = layers.flatMap((layer, at) =>
    isOwn(layer.solution) || mates.has(layer.solution.toLowerCase())
      ? []
      : [[layer.solution.toLowerCase(), at < top ? 'below' : 'above', layer.digest]],
  )
  const isOfMates = component.solutions.length > 0 && component.solutions.every((name) => mates.has(name.toLowerCase()))
  if (!isHeld && others.length === 0 && isOfMates) return []
  return [canonicalJson([componentKey(component).toLowerCase(), isHeld, others])]
}

function saysNothing(layer: ObservedLayer): boolean {
  return layer.solution === activeLayer && isHarmless(layer)
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort((a, b) => (a < b ? -1 : 1))
}
