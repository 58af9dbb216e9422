import type { DescribedComponent } from '#domain/difference'
import type { AccessFacts } from '#domain/plan'
import type { Release } from '#domain/release'
import type { StageSettings } from '#domain/settings'
import type { AccessControl } from '#engine/ports'
import type { Administered } from './read-app-sharing.ts'
import { readAppSharing } from './read-app-sharing.ts'

/** What the target shows of who may use what the stage speaks of; undefined where it speaks of nothing. */
export async function readAccess(
  target: AccessControl,
  of: {
    readonly settings: StageSettings
    readonly release: Pick<Release, 'settingsTemplate'>
    /** Components that the release brings: roles and profiles may come with it. */
    readonly content: readonly DescribedComponent[]
    readonly administered: Administered
  },
): Promise<AccessFacts | undefined> {
  const { access } = of.settings
  if (access === undefined || access.teams.length + access.apps.length + access.flows.length === 0) return undefined
  const named = (kind: string) =>
    of.content.filter((one) => one.kind === kind).map(({ key, displayName }) => ({ id: key, name: displayName ?? key }))
  const seen = await target.fetchAccess(access)
  return {
    wanted: access,
    ...seen,
    sharing: access.apps.length === 0 ? { kind: 'seen', shares: [] } : await readAppSharing(of.administered, seen.apps),
    arriving: {
      roles: named('Role'),
      profiles: named('FieldSecurityProfile'),
      flows: of.release.settingsTemplate.flows.map(({ id, name }) => ({ id, name })),
      apps: named('CanvasApp').map(({ id, name }) => ({ id, name: id, title: name })),
    },
  }
}
