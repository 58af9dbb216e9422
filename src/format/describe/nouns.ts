import { ownMember } from '#domain/kernel'
import type { ComponentPart } from '../package.ts'
import { childText } from '../xml/tree.ts'

const processNouns: Readonly<Record<string, string>> = {
  '0': 'workflow',
  '1': 'dialog',
  '2': 'business rule',
  '3': 'action',
  '4': 'business process flow',
  '5': 'flow',
  '6': 'desktop flow',
}

const formNouns: Readonly<Record<string, string>> = {
  main: 'form',
  quick: 'quick view form',
  quickCreate: 'quick create form',
  card: 'card form',
  mobile: 'mobile form',
  mainInteractionCentric: 'interactive form',
}

/** What makers call this component, where its kind alone does not say it. */
export function nounOfPart(part: ComponentPart): string | undefined {
  if (part.kind === 'Workflow') return ownMember(processNouns, childText(part.xml, 'Category') ?? '')
  if (part.kind !== 'SystemForm') return undefined
  return ownMember(formNouns, /forms\[type=([^\]]*)\]/.exec(part.section.join('/'))?.[1] ?? '')
}
