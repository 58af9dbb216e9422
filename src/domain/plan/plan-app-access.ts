import type { Reason } from '#domain/kernel'
import type { AppAccess } from '#domain/settings'
import { isSameName } from '#domain/settings'
import type { PlanLine } from './plan.ts'

/** A canvas app of the target: its name in the solution, and what people see. */
export interface SeenApp {
  readonly id: string
  readonly name: string
  readonly title: string
}

/** Who may open or edit the apps that are meant, as the administration of the tenant tells it. */
export type AppSharing =
  | { readonly kind: 'seen'; readonly shares: readonly AppShare[] }
  /** Drover can neither see nor change it: sharing is left to a person. */
  | { readonly kind: 'unseen'; readonly why: string }

/** One principal that an app is shared with; the role as the platform names it. */
export interface AppShare {
  readonly appId: string
  readonly principalId: string
  readonly role: string
}

/** What the part of a plan about sharing apps is made from. */
export interface AppAccessFacts {
  readonly wanted: { readonly apps: readonly AppAccess[] }
  /** Every canvas app of the target with a wanted name. */
  readonly apps: readonly SeenApp[]
  readonly sharing: AppSharing
  readonly arriving: { readonly apps: readonly SeenApp[] }
}

/** A share that the target lacks. */
export interface LackingShare extends AppAccess {
  readonly appId: string
}

/** By id, by its name in the solution, or by what people see. */
export function isMeantApp({ id, name, title }: SeenApp, wanted: string): boolean {
  return [id, name, title].some((each) => isSameName(each, wanted))
}

/** What is declared and not there yet, of apps that are there. Whoever may edit may open; nothing is ever taken. */
export function lackingShares({ wanted, apps, sharing }: AppAccessFacts): readonly LackingShare[] {
  if (sharing.kind === 'unseen') return []
  return wanted.apps.flatMap((access) => {
    const app = apps.find((one) => isMeantApp(one, access.app))
    const share = app === undefined ? undefined : { ...access, appId: app.id }
    return share === undefined || findShare(sharing.shares, share) !== undefined ? [] : [share]
  })
}

/** The share by which a group has what is declared, or more. */
export function findShare(shares: readonly AppShare[], { appId, groupId, role }: LackingShare): AppShare | undefined {
  const enough = role === 'CanEdit' ? ['CanEdit'] : ['CanEdit', 'CanView', 'CanViewWithShare']
  return shares.find(
    (share) => share.appId === appId && isSameName(share.principalId, groupId) && enough.some((one) => isSameName(one, share.role)),
  )
}

export function appAccessLines(facts: AppAccessFacts): readonly PlanLine[] {
  return facts.wanted.apps.map((access): PlanLine => {
    const { app, groupId, role } = access
    const { sharing } = facts
    const line = (effect: PlanLine['effect'], message: string, certainty: PlanLine['certainty'] = 'known'): PlanLine => ({
      ...{ subject: app, effect, message, certainty },
    })
    if (sharing.kind === 'unseen') {
      const step = `Sharing the app with group ${groupId} (${role}) is left to a person: maker portal, app, Share.`
      return line('warn', `${step} Drover cannot: ${sharing.why}`)
    }
    const there = facts.apps.find((one) => isMeantApp(one, app))
    // Whether Entra knows the group cannot be seen from here.
    if (there === undefined) {
      return line('set', `Is shared with group ${groupId} (${role}) when it is there: it comes with this release.`, 'assumed')
    }
    const held = findShare(sharing.shares, { ...access, appId: there.id })
    if (held === undefined) return line('set', `Is shared with group ${groupId} (${role}); nobody loses anything.`)
    const more = isSameName(held.role, role) ? '' : ` Its role there is ${held.role}, which nothing declares; it keeps it.`
    return line(more === '' ? 'leave' : 'warn', `Group ${groupId} has what is declared (${role}) already.${more}`)
  })
}

/** Declared apps that neither the target has nor the release brings. */
export function findMissingApps({ wanted, apps, arriving }: AppAccessFacts): readonly Reason[] {
  return wanted.apps
    .filter(({ app }) => ![...apps, ...arriving.apps].some((one) => isMeantApp(one, app)))
    .map(({ app }) => ({ subject: app, message: 'There is no such canvas app.' }))
}

/** Names by which several apps may be meant, of those that are there and those that the release brings. */
export function findAmbiguousApps({ wanted, apps, arriving }: AppAccessFacts): readonly Reason[] {
  return [...new Set(wanted.apps.map(({ app }) => app))].flatMap((app) => {
    const meant = [...apps, ...arriving.apps].filter((one) => isMeantApp(one, app)).map(({ name }) => name)
    const names = meant.filter((name, index) => meant.findIndex((other) => isSameName(other, name)) === index)
    return names.length < 2 ? [] : [{ subject: app, message: `It is ${names.join(' or ')}.` }]
  })
}
