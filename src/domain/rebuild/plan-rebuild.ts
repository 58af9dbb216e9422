import type { AdministeredEnvironment } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { describeSecret, refuseKindOfPet, refusePetOfTenant } from '#domain/environment'
import { isPlatforms, neededBy, orderByNeeds } from './order-wanted.ts'
import type { OldConnection, Prerequisite, RebuildPlan } from './rebuild.ts'
import type { RebuildFacts } from './rebuild-facts.ts'
import { connectionStep, dataStep } from './human-steps.ts'
import { otherSolutions, solutionsOfOthers } from './plan-applications.ts'

/** What an environment is rebuilt to, in order, and what that needs of machines and of people. The same facts give the same plan. */
export function planRebuild(facts: RebuildFacts): RebuildPlan {
  const { environment, present } = facts
  const ordered = orderByNeeds(facts.wanted.map((each) => ({ ...each, solution: each.wanted.solution, needs: neededBy(each) })))
  const names = new Set(ordered.map(({ solution }) => solution.toLowerCase()))
  const goes = (present?.solutions ?? []).filter(
    ({ uniqueName, isManaged, parent }) =>
      !names.has(uniqueName.toLowerCase()) && parent === undefined && !isManaged && !isPlatforms(uniqueName),
  )
  return {
    environmentId: environment.id,
    name: environment.name,
    solutions: ordered.map(({ wanted }) => wanted),
    goes: goes.map(({ uniqueName, version, isManaged }) => ({ uniqueName, version, isManaged })),
    prerequisites: [
      ...environmentItself(facts),
      ...languages(facts),
      ...otherSolutions(facts, solutionsOfOthers(facts.wanted)),
      ...applicationUser(facts),
      ...capacity(),
      ...connections(facts),
      ...settings(facts),
      ...data(facts),
    ],
    blockers: [...blockers(facts), ...facts.unobtainable],
  }
}

function blockers(facts: RebuildFacts): readonly Refusal[] {
  const { environment, wanted, present, administered, administrationFault } = facts
  const found: Refusal[] = []
  if (wanted.length === 0 && facts.unobtainable.length === 0) {
    const hint =
      'Only a pipeline says what belongs into an environment: name it as a source or a stage, and promote a release into it once.'
    found.push(refuse('rebuild.nothing-wanted', `Nothing is known that belongs into ${environment.name}.`, hint).refusal)
  }
  if (administrationFault !== undefined) {
    const hint = 'Give Drover the administration: administrationUrl and platformApiUrl, and the right there.'
    found.push(refuse('rebuild.no-administration', `${environment.name} cannot be made anew: ${administrationFault}`, hint).refusal)
  }
  if (administered !== undefined) found.push(...pets(facts, administered))
  if (administered === undefined && administrationFault === undefined && present !== undefined) {
    const message = `${environment.name} answers, and its tenant shows Drover no environment at ${environment.url}: nothing could be deleted there.`
    const hint = 'Correct its address or its administrationUrl in drover.yaml, or have its application registered for administration.'
    found.push(refuse('rebuild.not-administered', message, hint).refusal)
  }
  return found
}

function pets({ environment, configuration, listed }: RebuildFacts, there: AdministeredEnvironment): readonly Refusal[] {
  const { environments: configured } = configuration
  const judged = [refuseKindOfPet(environment.name, there), refusePetOfTenant({ environment, there, listed, configured })]
  return judged.flatMap((result) => (result.ok ? [] : [result.refusal]))
}

function environmentItself({ environment, administered, currency, administrationFault }: RebuildFacts): readonly Prerequisite[] {
  if (administrationFault !== undefined) {
    return [{ about: 'environment', subject: environment.name, state: 'unknown', message: administrationFault }]
  }
  if (administered === undefined) {
    const message = 'The administration shows none at its address: it is created, as a sandbox.'
    const groups = 'Whether the old one was Managed, or belonged to a group, whose rules may block imports, nobody can tell any more.'
    return [
      { about: 'environment', subject: environment.name, state: 'machine', message },
      { about: 'group', subject: 'environment group', state: 'unknown', message: groups },
    ]
  }
  const { kind, location, baseLanguage, isManaged, securityGroupId } = administered
  const like = `${kind}, ${location}, base language ${baseLanguage ?? 'unknown'}, currency ${currency ?? 'unknown'}`
  return [
    { about: 'environment', subject: environment.name, state: 'machine', message: `It is deleted, and created again like it is: ${like}.` },
    {
      about: 'group',
      subject: 'Managed Environment',
      state: isManaged ? 'machine' : 'there',
      message: isManaged ? 'It is one, and the new one is made one.' : 'It is none, and the new one is none either.',
    },
    {
      about: 'group',
      subject: 'security group',
      state: securityGroupId === undefined ? 'there' : 'machine',
      message:
        securityGroupId === undefined
          ? 'It has none, and the new one has none either.'
          : `The new one is for the members of ${securityGroupId} alone, too.`,
    },
    {
      about: 'group',
      subject: 'environment group',
      state: 'unknown',
      message: 'Whether it belongs to a group, whose rules may block imports, the administration does not tell Drover.',
    },
  ]
}

/** Labels of a language that is not provisioned before the import are lost (release-facts §7). */
function languages({ wanted, administered }: RebuildFacts): readonly Prerequisite[] {
  const needed = [...new Set(wanted.flatMap((each) => each.languages))].sort((a, b) => a - b)
  return needed.map((code): Prerequisite => {
    const about = { about: 'language', subject: String(code) } as const
    if (administered?.baseLanguage === code) return { ...about, state: 'there', message: 'It is the base language.' }
    if (administered === undefined) {
      return { ...about, state: 'unknown', message: 'Whether it is switched on cannot be told; where it is not, labels in it are lost.' }
    }
    const message = 'It is not the base language: it is switched on before the import, since labels in it would be lost otherwise.'
    return { ...about, state: 'machine', message }
  })
}

function applicationUser({ environment }: RebuildFacts): readonly Prerequisite[] {
  const message = 'The application is made a user of the new environment, as System Administrator.'
  return [{ about: 'application-user', subject: environment.credentials.clientId, state: 'machine', message }]
}

/** Creating needs 1 GB of free capacity (release-facts §7). */
function capacity(): readonly Prerequisite[] {
  const message = 'A new environment takes 1 GB of free database capacity, of which the administration tells Drover nothing.'
  return [{ about: 'capacity', subject: 'database capacity', state: 'unknown', message }]
}

function connections(facts: RebuildFacts): readonly Prerequisite[] {
  const { environment } = facts
  return usedConnections(facts).map((connection): Prerequisite => {
    const message = 'A new environment has no connections: it is made again, and found by its connector and name.'
    const owner = connection.owner ?? environment.owner
    return {
      about: 'connection',
      subject: connection.displayName ?? connection.id,
      state: 'person',
      message,
      step: connectionStep(environment, connection, owner),
    }
  })
}

/** Connections that the wanted solutions are bound to, each once. */
export function usedConnections({ wanted, present }: Pick<RebuildFacts, 'wanted' | 'present'>): readonly OldConnection[] {
  const ids = [...new Set(wanted.flatMap(({ connectionIds }) => connectionIds.map((id) => id.trim().toLowerCase())))].filter(
    (id) => id !== '',
  )
  return ids.map((id) => {
    const seen = present?.connections.find((each) => each.id.toLowerCase() === id)
    const bound = present?.bindings.find(({ connectionId }) => connectionId?.toLowerCase() === id)
    return {
      id: seen?.id ?? id,
      connectorId: seen?.connectorId ?? bound?.connectorId ?? '',
      displayName: seen?.displayName,
      owner: seen?.owner,
    }
  })
}

function settings({ wanted, present, environment }: RebuildFacts): readonly Prerequisite[] {
  const missing = wanted.flatMap(({ missingSettings }) => missingSettings)
  const who = 'Whoever keeps drover.yaml'
  return [
    ...missing.map(({ subject, message }): Prerequisite => {
      const step = { who, where: `drover.yaml, settings for ${environment.name}`, what: `Give ${subject} a value, and apply it.` }
      return { about: 'settings', subject, state: 'person', message, step }
    }),
    ...(present?.missingSecrets ?? []).map(({ secret, message }): Prerequisite => {
      const step = { who, where: describeSecret(secret), what: 'Put the secret there, for the server and every worker.' }
      return { about: 'settings', subject: describeSecret(secret), state: 'person', message, step }
    }),
  ]
}

/** Rows that lower environments were given, and that go with the old one. Those of solutions come with source and releases. */
function data({ environment, fillings }: RebuildFacts): readonly Prerequisite[] {
  if (fillings.length === 0) {
    const message = 'It was never filled by Drover, so it gets the configuration data of its solutions and no other row.'
    return [{ about: 'data', subject: 'rows', state: 'there', message }]
  }
  return fillings.map((filling): Prerequisite => {
    const { id, tables, from, needsWord, refused } = filling
    const about = { about: 'data', subject: tables.join(', ') } as const
    const what = from === undefined ? 'made-up rows' : `masked rows of ${from}`
    if (refused !== undefined) {
      const step = { who: environment.owner, where: environment.name, what: `Fill it anew by \`drover data seed\`, as ${id} did.` }
      return { ...about, state: 'person', message: `It held ${what} (${id}), which Drover may not bring again: ${refused}`, step }
    }
    if (!needsWord) return { ...about, state: 'machine', message: `It held ${what} (${id}): they are brought again, by the same rules.` }
    const message = `It held ${what} (${id}): they are brought again when an owner of that data agrees anew.`
    return { ...about, state: 'person', message, step: dataStep(from ?? '', undefined) }
  })
}
