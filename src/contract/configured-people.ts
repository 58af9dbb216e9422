import type { EnvironmentId, PersonId, PipelineId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Grant } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { ConfigurationFile } from './configuration-file.ts'
import type { Breach } from './configuration-issues.ts'

type Path = readonly PropertyKey[]
type WrittenGrant = NonNullable<ConfigurationFile['grants']>[number]

/** The groups and grants of a file, where it has any. */
export function toDirectory({ groups, grants }: Pick<ConfigurationFile, 'groups' | 'grants'>): Pick<Configuration, 'groups' | 'grants'> {
  return {
    ...(groups === undefined
      ? {}
      : { groups: groups.map((group) => ({ ...group, members: group.members.map((member) => toId<PersonId>(member)) })) }),
    ...(grants === undefined ? {} : { grants: grants.map(toGrant) }),
  }
}

/** Grants as a file says them. */
export function writeGrants(grants: readonly Grant[]): readonly WrittenGrant[] {
  return grants.map(({ to, ...rest }) => ({ ...to, ...rest }))
}

/** Groups and grants that name what nothing declares; and gates that nobody could open, because their groups are empty. */
export function findDanglingInDirectory(file: ConfigurationFile): readonly Breach[] {
  const groups = (file.groups ?? []).flatMap(({ members }, index) =>
    members.flatMap((id, place) => want(ids(file.people), { what: 'person', id: id, path: ['groups', index, 'members', place] })),
  )
  const grants = (file.grants ?? []).flatMap((grant, index) => {
    const path = ['grants', index]
    return [
      ...(grant.person === undefined ? [] : want(ids(file.people), { what: 'person', id: grant.person, path: [...path, 'person'] })),
      ...(grant.group === undefined ? [] : want(ids(file.groups ?? []), { what: 'group', id: grant.group, path: [...path, 'group'] })),
      ...(grant.environment === undefined
        ? []
        : want(ids(file.environments), { what: 'environment', id: grant.environment, path: [...path, 'environment'] })),
      ...(grant.pipeline === undefined
        ? []
        : want(ids(file.pipelines), { what: 'pipeline', id: grant.pipeline, path: [...path, 'pipeline'] })),
      ...(grant.solution === undefined
        ? []
        : want(
            file.solutions.map(({ uniqueName }) => uniqueName),
            { what: 'solution', id: grant.solution, path: [...path, 'solution'] },
          )),
    ]
  })
  return [...groups, ...grants]
}

/** What is wrong with the groups that a gate names, and all whom it names with their members. */
export function judgeGateGroups(
  file: ConfigurationFile,
  gate: { readonly people: readonly string[]; readonly groups?: readonly string[] | undefined },
  path: Path,
): { readonly breaches: readonly Breach[]; readonly people: ReadonlySet<string> } {
  const named = gate.groups ?? []
  const members = named.flatMap((id) => file.groups?.find((group) => group.id === id)?.members ?? [])
  return {
    breaches: named.flatMap((id, index) => want(ids(file.groups ?? []), { what: 'group', id: id, path: [...path, 'groups', index] })),
    people: new Set([...gate.people, ...members]),
  }
}

function toGrant({ person, group, environment, pipeline, ...rest }: WrittenGrant): Grant {
  return {
    ...rest,
    to: person === undefined ? { group: group ?? '' } : { person: toId(person) },
    ...(environment === undefined ? {} : { environment: toId<EnvironmentId>(environment) }),
    ...(pipeline === undefined ? {} : { pipeline: toId<PipelineId>(pipeline) }),
  }
}

function ids(declared: readonly { readonly id: string }[]): readonly string[] {
  return declared.map(({ id }) => id)
}

function want(
  known: readonly string[],
  { what, id, path }: { readonly what: string; readonly id: string; readonly path: Path },
): readonly Breach[] {
  const isSame = (one: string): boolean => (what === 'solution' ? one.toLowerCase() === id.toLowerCase() : one === id)
  if (known.some(isSame)) return []
  return [{ path, message: `no ${what} "${id}" is declared; declared: ${known.length === 0 ? 'none is' : known.join(', ')}.` }]
}
