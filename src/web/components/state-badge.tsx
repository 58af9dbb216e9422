import { Badge, type BadgeProps } from '@fluentui/react-components'
import {
  ArrowSync16Regular,
  CheckmarkCircle16Regular,
  Clock16Regular,
  DismissCircle16Regular,
  QuestionCircle16Regular,
  Subtract16Regular,
} from '@fluentui/react-icons'
import type { ReactElement } from 'react'
import type { PromotionSummaryReply } from '#contract'
import { stateWords } from '../words.ts'

type State = PromotionSummaryReply['state']

const looks: Readonly<Record<State, { readonly color: NonNullable<BadgeProps['color']>; readonly icon: ReactElement }>> = {
  pending: { color: 'warning', icon: <Clock16Regular /> },
  running: { color: 'brand', icon: <ArrowSync16Regular /> },
  migrating: { color: 'warning', icon: <Clock16Regular /> },
  succeeded: { color: 'success', icon: <CheckmarkCircle16Regular /> },
  failed: { color: 'danger', icon: <DismissCircle16Regular /> },
  errored: { color: 'danger', icon: <DismissCircle16Regular /> },
  indeterminate: { color: 'severe', icon: <QuestionCircle16Regular /> },
  rejected: { color: 'danger', icon: <DismissCircle16Regular /> },
  withdrawn: { color: 'subtle', icon: <Subtract16Regular /> },
}

/** How a promotion stands: word, colour and sign say the same. */
export function StateBadge({ state, size = 'large' }: { readonly state: State; readonly size?: 'large' | 'extra-large' }) {
  const look = looks[state]
  return (
    <Badge appearance="tint" shape="rounded" size={size} color={look.color} icon={look.icon}>
      {stateWords[state]}
    </Badge>
  )
}
