import { ofSolution, whoOf, whoUninstalled } from './about-solutions.ts'
import type { Context, ExpectedBinding } from './drift-facts.ts'
import { deviate, fold } from './drift-facts.ts'
import type { Deviation, ExpectedDeployment } from './drift.ts'

export function assessDeployment(context: Context, expected: ExpectedDeployment): readonly Deviation[] {
  const { solution: name, version } = expected
  const found: Deviation[] = []
  const installed = context.byName.get(fold(name))
  const about = { ...ofSolution(name), solution: name, origin: 'ours' as const, class: 'broken' as const, changed: [] }
  const holding = context.byName.get(`${fold(name)}_upgrade`)
  if (holding !== undefined) {
    const message = `An upgrade of ${name} to ${holding.version} was staged and neither applied nor withdrawn.`
    const reason = `Its holding solution ${holding.uniqueName} is still there.`
    found.push(
      deviate(context, {
        ...about,
        ...ofSolution(holding.uniqueName),
        ...whoOf(holding),
        message,
        reason,
        says: ['holding', holding.version],
      }),
    )
  }
  if (installed === undefined) {
    const message = `${name} ${version}, which Drover deployed, is not installed any more.`
    found.push(
      deviate(context, {
        ...about,
        ...whoUninstalled(context, name),
        message,
        reason: 'What Drover deployed is missing.',
        says: ['missing'],
      }),
    )
    return found
  }
  if (installed.isManaged !== (expected.unmanaged === undefined)) {
    const is = installed.isManaged ? 'managed' : 'unmanaged'
    const message = `${name} is installed ${is}, not as Drover deployed it.`
    const reason = installed.isManaged
      ? 'An unmanaged deployment became a managed solution.'
      : 'A managed deployment became unmanaged work.'
    found.push(deviate(context, { ...about, ...whoOf(installed), message, reason, says: [is] }))
  } else if (installed.version !== version) {
    const message = `${name} is installed in version ${installed.version}; Drover deployed ${version}.`
    const reason = 'Another version than the ledger knows is installed.'
    found.push(deviate(context, { ...about, ...whoOf(installed), message, reason, says: ['version', installed.version] }))
  }
  return found
}

/** Somebody let changes by hand in, or shut them out, against what is expected. */
export function assessProtection(context: Context): readonly Deviation[] {
  if (context.protection?.state !== 'broken') return []
  const { message } = context.protection
  return [
    deviate(context, {
      id: 'setting:unmanaged-block',
      class: 'broken',
      subject: { kind: undefined, key: 'unmanaged-block', name: 'Block of unmanaged changes', table: undefined },
      solution: undefined,
      origin: 'by-hand',
      message,
      changed: [],
      who: undefined,
      when: undefined,
      reason: 'The environment does not tell who switched a setting of the organization.',
      says: [message],
    }),
  ]
}

export function assessBinding(context: Context, expected: ExpectedBinding): readonly Deviation[] {
  if (context.observation.unseen.some(({ hides }) => hides === 'bindings')) return []
  const { logicalName, solution } = expected
  const bound = context.observation.bindings.find((binding) => fold(binding.logicalName) === fold(logicalName))
  if (bound?.connectionId !== undefined && fold(bound.connectionId) === fold(expected.connectionId)) return []
  const message =
    bound?.connectionId === undefined
      ? `The connection reference ${logicalName} of ${solution} is bound to no connection any more.`
      : `The connection reference ${logicalName} of ${solution} is bound to another connection than the one that was deployed.`
  return [
    deviate(context, {
      id: `binding:${logicalName}`,
      class: 'broken',
      subject: { kind: 'connectionreference', key: logicalName, name: logicalName, table: undefined },
      solution,
      origin: 'ours',
      message,
      changed: [],
      who: undefined,
      when: undefined,
      reason: 'What Drover bound is not bound as it was.',
      says: ['binding', bound?.connectionId ?? ''],
    }),
  ]
}
