import { findWindowFaults, hotfixStage } from '#domain/pipeline'
import type { Conditions } from '#domain/policy'
import { readPolicyChanges, shippedPolicy } from '#domain/policy'
import type { ConfigurationFile } from './configuration-file.ts'
import type { Breach } from './configuration-issues.ts'
import { findDanglingInDirectory, judgeGateGroups } from './configured-people.ts'
import { findDanglingInNotifications } from './notification-settings.ts'

type Path = readonly PropertyKey[]

/** Ids that stand twice, names of people, environments, pipelines and stages that nothing declares, and windows that no clock can follow. */
export function findBrokenReferences(file: ConfigurationFile, checkCondition?: Conditions['check']): readonly Breach[] {
  return [
    ...findDuplicates(file),
    ...findDanglingInDirectory(file),
    ...findDanglingInEnvironments(file),
    ...findDanglingInPipelines(file),
    ...findDanglingInSolutions(file),
    ...findDanglingInNotifications(file),
    ...findPolicyFaults(file, checkCondition),
  ]
}

/** Lists are counted as the file has them. */
function findPolicyFaults({ policy }: ConfigurationFile, checkCondition: Conditions['check'] | undefined): readonly Breach[] {
  if (policy === undefined) return []
  return readPolicyChanges(shippedPolicy, policy, checkCondition).faults.map(({ path, ...fault }) => ({
    ...fault,
    path: ['policy', ...path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))],
  }))
}

function findDuplicates(file: ConfigurationFile): readonly Breach[] {
  return [
    ...duplicates(
      file.people.map((person) => person.id),
      ['people'],
      'id',
    ),
    // Whoever signs in with an account is one person.
    ...duplicates(
      file.people.map((person) => person.subject ?? `/${person.id}`),
      ['people'],
      'subject',
    ),
    ...duplicates(
      (file.groups ?? []).map((group) => group.id),
      ['groups'],
      'id',
    ),
    ...duplicates(
      file.environments.map((environment) => environment.id),
      ['environments'],
      'id',
    ),
    ...duplicates(
      file.pipelines.map((pipeline) => pipeline.id),
      ['pipelines'],
      'id',
    ),
    ...duplicates(
      file.solutions.map((solution) => solution.uniqueName.toLowerCase()),
      ['solutions'],
      'uniqueName',
    ),
    ...file.pipelines.flatMap((pipeline, index) =>
      duplicates(
        pipeline.stages.map((stage) => stage.id),
        ['pipelines', index, 'stages'],
        'id',
      ),
    ),
  ]
}

function duplicates(ids: readonly string[], list: Path, key: string): readonly Breach[] {
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [{ path: [...list, index, key], message: `"${id}" is taken already by entry ${ids.indexOf(id) + 1} of the list.` }],
  )
}

function findDanglingInEnvironments(file: ConfigurationFile): readonly Breach[] {
  return file.environments.flatMap((environment, index) => [
    ...wantPerson(file, environment.owner, ['environments', index, 'owner']),
    ...(environment.dataOwners ?? []).flatMap((person, place) => wantPerson(file, person, ['environments', index, 'dataOwners', place])),
    ...(environment.recovers === undefined ? [] : wantEnvironment(file, environment.recovers, ['environments', index, 'recovers'])),
  ])
}

function findDanglingInPipelines(file: ConfigurationFile): readonly Breach[] {
  return file.pipelines.flatMap((pipeline, index) => [
    ...wantEnvironment(file, pipeline.source, ['pipelines', index, 'source']),
    ...pipeline.stages.flatMap((stage, stageIndex) => findDanglingInStage(file, stage, ['pipelines', index, 'stages', stageIndex])),
  ])
}

function findDanglingInStage(
  file: ConfigurationFile,
  stage: ConfigurationFile['pipelines'][number]['stages'][number],
  path: Path,
): readonly Breach[] {
  const gates = stage.gates.flatMap((gate, gateIndex) => {
    if (!('people' in gate)) return []
    const gatePath = [...path, 'gates', gateIndex]
    const people = gate.people.flatMap((person, index) => wantPerson(file, person, [...gatePath, 'people', index]))
    const repeated = gate.people.flatMap((person, index) =>
      gate.people.indexOf(person) === index ? [] : [{ path: [...gatePath, 'people', index], message: `"${person}" is named twice.` }],
    )
    const groups = judgeGateGroups(file, gate, gatePath)
    const quorum =
      gate.quorum > groups.people.size
        ? [
            {
              path: [...gatePath, 'quorum'],
              message: `a quorum of ${gate.quorum} cannot be reached by ${countOfPeople(groups.people.size)}.`,
            },
          ]
        : []
    return [...people, ...repeated, ...groups.breaches, ...quorum]
  })
  const windows = findWindowFaults(stage).map((fault) => ({ path: [...path, ...fault.path], message: fault.message }))
  return [...wantEnvironment(file, stage.environment, [...path, 'environment']), ...gates, ...windows]
}

function findDanglingInSolutions(file: ConfigurationFile): readonly Breach[] {
  return file.solutions.flatMap((solution, index) => {
    const path = ['solutions', index]
    const pipeline = file.pipelines.find((one) => one.id === solution.pipeline)
    const backup = solution.backupOwner === undefined ? [] : wantPerson(file, solution.backupOwner, [...path, 'backupOwner'])
    const owner = [...wantPerson(file, solution.owner, [...path, 'owner']), ...backup]
    if (pipeline === undefined) {
      return [...owner, { path: [...path, 'pipeline'], message: dangling('pipeline', solution.pipeline, file.pipelines) }]
    }
    const settings = Object.keys(solution.settings).flatMap((stageId) =>
      stageId === hotfixStage || pipeline.stages.some((stage) => stage.id === stageId)
        ? []
        : [
            {
              path: [...path, 'settings', stageId],
              message: `${dangling('stage', stageId, pipeline.stages)} Those are the stages of pipeline ${pipeline.id}.`,
              isAboutKey: true,
            },
          ],
    )
    return [...owner, ...settings]
  })
}

function countOfPeople(count: number): string {
  return count === 1 ? '1 person' : `${count} people`
}

function wantPerson(file: ConfigurationFile, id: string, path: Path): readonly Breach[] {
  return file.people.some((person) => person.id === id) ? [] : [{ path, message: dangling('person', id, file.people) }]
}

function wantEnvironment(file: ConfigurationFile, id: string, path: Path): readonly Breach[] {
  return file.environments.some((environment) => environment.id === id)
    ? []
    : [{ path, message: dangling('environment', id, file.environments) }]
}

function dangling(what: string, id: string, declared: readonly { readonly id: string }[]): string {
  const known = declared.length === 0 ? 'none is' : declared.map((one) => one.id).join(', ')
  return `no ${what} "${id}" is declared; declared: ${known}.`
}
