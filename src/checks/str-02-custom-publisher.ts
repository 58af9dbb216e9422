import type { Finding, Rule } from '#domain/check'
import type { Publisher, SolutionModel } from '#domain/solution'
import type { CheckContext, CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'
import { isAutomaticName, isAutomaticPrefix, isOrganisationDefault } from './publisher-names.ts'

const rule: Rule = {
  id: 'STR-02',
  title: 'The solution has a publisher of its own, with a prefix that says whose it is',
  severity: 'high',
  why: 'The prefix is part of every name that is made, cannot be changed later, and components can move between solutions of one publisher only.',
  fix: 'Make one publisher for the organisation, or for the product line, before the first component; existing names stay as they are, so plan a new solution for new work.',
  source: 'Microsoft Learn: solution concepts (ALM); organize solutions',
}

export const customPublisher: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel, context: CheckContext): readonly Finding[] {
  const { publisher } = model.manifest
  return [...judgeOrigin(publisher), ...judgeMembership(publisher, context)]
}

function judgeOrigin(publisher: Publisher): Finding[] {
  const { uniqueName, prefix } = publisher
  const subject = uniqueName === '' ? '(no publisher)' : uniqueName
  if (uniqueName === '') return [breach(rule, { subject, message: 'The manifest names no publisher.' })]
  if (prefix === '') return [breach(rule, { subject, message: `The publisher "${uniqueName}" has no customisation prefix.` })]
  if (isAutomaticName(uniqueName) && isAutomaticPrefix(prefix)) {
    return [
      breach(rule, {
        subject,
        message: `"${uniqueName}" is the CDS Default Publisher; its prefix "${prefix}" was made up by the platform.`,
      }),
    ]
  }
  if (isOrganisationDefault(uniqueName)) {
    const isRenamed = prefix !== 'new'
    return [
      breach(rule, {
        subject,
        severity: isRenamed ? 'medium' : 'high',
        message: isRenamed
          ? `"${uniqueName}" is the default publisher of an organisation, with the prefix changed to "${prefix}".`
          : `"${uniqueName}" is the default publisher of an organisation, with its prefix "new".`,
      }),
    ]
  }
  if (prefix === 'new' || isAutomaticPrefix(prefix)) {
    return [
      breach(rule, {
        subject,
        severity: 'medium',
        message: `The prefix "${prefix}" of publisher "${uniqueName}" does not say whose the components are.`,
      }),
    ]
  }
  return []
}

function judgeMembership(publisher: Publisher, context: CheckContext): Finding[] {
  const known = context.knownPublishers
  if (known === undefined || known.some((one) => one.uniqueName.toLowerCase() === publisher.uniqueName.toLowerCase())) return []
  return [
    breach(rule, {
      subject: publisher.uniqueName,
      severity: 'low',
      message: `The publisher "${publisher.uniqueName}" is not one of those that the organisation has named.`,
    }),
  ]
}
