import { counted } from '#domain/difference'
import { layerPolicyOf } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { idOf } from './forecast-facts.ts'
import type { UnmanagedComponent, UnmanagedFacts } from './plan-unmanaged.ts'

/** What closes the way of an unmanaged deployment, each with its own cause. */
export function findUnmanagedBlockers(facts: UnmanagedFacts, components: readonly UnmanagedComponent[]): readonly Refusal[] {
  return [
    ...findClosedTarget(facts),
    ...findConflicts(facts, components),
    ...findUnpublished(facts),
    ...findOtherVendors(facts, components),
  ]
}

function findClosedTarget({ environment, installed, solution, isBlocked }: UnmanagedFacts): readonly Refusal[] {
  const blockers: Refusal[] = []
  const { kind } = layerPolicyOf(environment)
  if (kind !== 'protective') {
    blockers.push(
      refuse(
        'plan.not-protective',
        `${environment.name} takes no unmanaged deployments: its layer policy is ${kind}.`,
        'Deploy the managed artifact, or have two platform-admins make the environment protective, with their reason.',
      ).refusal,
    )
  }
  if (isBlocked === true) {
    blockers.push(
      refuse(
        'plan.unmanaged-blocked',
        `${environment.name} blocks unmanaged changes, so the platform would refuse the import (0x80072042).`,
        `Switch the block off with \`drover env protect ${environment.id} --off\`.`,
      ).refusal,
    )
  }
  if (installed?.isManaged === true) {
    blockers.push(
      refuse(
        'plan.installed-managed',
        `${solution} is installed managed in ${environment.name}, and the platform refuses an unmanaged import over it (0x80048041).`,
        'Deploy the managed artifact.',
      ).refusal,
    )
  }
  return blockers
}

function findConflicts({ environment }: UnmanagedFacts, components: readonly UnmanagedComponent[]): readonly Refusal[] {
  const conflicts = components.filter(({ action }) => action === 'conflict')
  if (conflicts.length === 0) return []
  return [
    refuse(
      'plan.unmanaged-conflict',
      `${counted(conflicts.length, 'component')} changed in ${environment.name} and in the release, and an unmanaged import would overwrite what is there silently.`,
      'For each, say which side holds with `drover promotion decide-conflict`, or adopt the change into the source (`drover drift adopt`) or register it as a tweak (`drover drift accept`); then plan again.',
      conflicts.map(({ name, message }) => ({ subject: name, message })),
    ).refusal,
  ]
}

function findUnpublished({ environment, solution, unpublished }: UnmanagedFacts): readonly Refusal[] {
  if (unpublished.length === 0) return []
  return [
    refuse(
      'plan.unpublished-there',
      `Somebody is at work in ${environment.name}: ${counted(unpublished.length, 'component')} of ${solution} with changes that are not published, which an import would end.`,
      'Have them published or undone there, then plan again.',
      unpublished.map((name) => ({ subject: name, message: 'It has changes that are not published.' })),
    ).refusal,
  ]
}

/** Unmanaged work lies on top of every stack, so it would hide what other vendors bring later (PET-10). */
function findOtherVendors({ environment, foreignLayers }: UnmanagedFacts, components: readonly UnmanagedComponent[]): readonly Refusal[] {
  const brought = new Set(components.filter(({ action }) => action === 'bring').map(idOf))
  const shared = foreignLayers.filter(({ component }) => brought.has(component.toLowerCase()))
  if (shared.length === 0) return []
  return [
    refuse(
      'plan.other-vendors',
      `${counted(shared.length, 'component')} of the release with managed layers of others in ${environment.name}; unmanaged work over that would hide their updates (PET-10).`,
      'Deploy such components managed, in a solution of their own.',
      shared.map(({ component, solution }) => ({ subject: component, message: `It has a layer of ${solution}.` })),
    ).refusal,
  ]
}
