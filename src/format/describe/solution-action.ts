import { ownMember } from '#domain/kernel'
import type { Fact } from '#domain/difference'
import type { XmlElement } from '../package.ts'
import { attributeOf } from '../xml/tree.ts'

/**
 * In a form or site map that is written as its changes, what stands there need not be new: `solutionaction` says whether this solution adds,
 * changes or removes it.
 */
export function actionPhrases(element: XmlElement, called: string): Pick<Fact, 'phrases'> {
  const verb = ownMember(verbs, attributeOf(element, 'solutionaction') ?? '')
  if (verb === undefined) return {}
  return { phrases: { added: `this solution now ${verb} ${called}`, removed: `this solution no longer ${verb} ${called}` } }
}

const verbs: Readonly<Record<string, string>> = { Modified: 'changes', Removed: 'removes' }
