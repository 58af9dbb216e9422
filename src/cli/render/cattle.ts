import type { CattleReply } from '#contract'
import { timeText } from './words.ts'

/** When it ends, and what is to be said of its last rebuild; nothing for what has no end and is as it should be. */
export function cattleNote({ end, rebuildNote, creation, removal }: CattleReply): string {
  const works = [
    creation?.state === 'running' ? 'is being made' : undefined,
    creation?.state === 'errored' ? `could not be made: ${creation.note}` : undefined,
    removal?.state === 'running' ? 'is being removed' : undefined,
    removal?.state === 'done' ? 'removed' : undefined,
    removal?.state === 'errored' ? `could not be removed: ${removal.note}` : undefined,
  ]
  return [...works, endText(end), rebuildNote].filter((part) => part !== undefined).join('; ')
}

function endText(end: CattleReply['end']): string | undefined {
  switch (end.state) {
    case 'none':
      return undefined
    case 'far':
    case 'near':
      return `ends ${timeText(end.endsAt)}`
    case 'announced':
      return `ends ${timeText(end.endsAt)}, removed from ${timeText(end.removedFrom)} on unless kept`
    case 'over':
      return `ended ${timeText(end.endsAt)}, is removed`
  }
}
