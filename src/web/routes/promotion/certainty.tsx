import { Badge } from '@fluentui/react-components'
import type { PlanReply } from '#contract'

/** How sure a line of a plan is; what is not known is never shown as if it were fine. */
export function Certainty({ certainty }: { readonly certainty: PlanReply['lines'][number]['certainty'] }) {
  switch (certainty) {
    case 'known':
      return (
        <Badge appearance="tint" color="informative" shape="rounded">
          certain
        </Badge>
      )
    case 'assumed':
      return (
        <Badge appearance="tint" color="warning" shape="rounded">
          assumed
        </Badge>
      )
    case 'unknown':
      return (
        <Badge appearance="tint" color="danger" shape="rounded">
          not known
        </Badge>
      )
  }
}
