import type { SecretRef } from '#domain/environment'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import type { Role } from '#domain/people'
import type { PeopleGateKind } from './pipeline.ts'

/** What people can be told of, each with the words in which it is offered. */
export const noticeTopics = {
  'decision-wanted': 'a promotion, train, waiver or other request waits for somebody’s word',
  escalated: 'a decision takes longer than policy gives it',
  'promotion-arrived': 'a promotion went in',
  'promotion-stuck': 'a promotion failed, or needs a person before it goes on',
  'validation-overdue': 'nobody said in time how a promotion stood its watch, or its later review',
  'gate-owed': 'an emergency or a hotfix went past gates that are made up for afterwards',
  'gate-overdue': 'a gate that is owed was not made up for in time',
  'environment-ends': 'a disposable environment or a recovery sandbox is near its end, or past it',
  'change-request': 'a change made by hand was brought to a branch, and waits to be merged',
  'role-granted': 'a role was granted until an end, or that end has come',
  'certification-due': 'it is to be certified again that somebody needs their privileged roles',
  'environment-held': 'an environment takes nothing more of a solution until somebody has looked',
} as const satisfies Readonly<Record<string, string>>

export type NoticeTopic = keyof typeof noticeTopics

/** Whom a channel is for: what concerns one of each kind that it names. Absent, or a kind that it does not name: everybody. */
export interface ChannelAudience {
  readonly people?: readonly PersonId[] | undefined
  readonly groups?: readonly string[] | undefined
  readonly roles?: readonly Role[] | undefined
  readonly gates?: readonly PeopleGateKind[] | undefined
  readonly environments?: readonly EnvironmentId[] | undefined
  readonly solutions?: readonly string[] | undefined
}

interface ChannelBase {
  readonly id: string
  /** Absent: of everything. */
  readonly about?: readonly NoticeTopic[] | undefined
  readonly for?: ChannelAudience | undefined
}

/** `webhook` gets data that is signed; `teams` and `slack` get a message, at addresses that are secrets themselves. */
export type NotificationChannel =
  | (ChannelBase & { readonly kind: 'webhook'; readonly url: string; readonly secret: SecretRef })
  | (ChannelBase & { readonly kind: 'teams' | 'slack'; readonly address: SecretRef })

/** Who hears of what, outside of Drover. */
export interface NotificationSettings {
  /** Where people reach the page; absent: that of the sign-in, and without one messages have no link. */
  readonly page?: string | undefined
  readonly channels: readonly NotificationChannel[]
}
