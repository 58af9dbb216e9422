import { gateKinds } from '#domain/pipeline'
import { isSourced } from './list-leaves.ts'
import { findGuide } from './policy-guide.ts'
import type { Policy } from './policy.ts'
import type { ValueForm } from './value-form.ts'
import { formOf, mostOfANumber } from './value-form.ts'

type Schema = Readonly<Record<string, unknown>>

/** JSON Schema of a policy document: the shape of this policy, every part of it optional. */
export function policyJsonSchema(policy: Policy): Schema {
  const { demands: _demands, version: _version, ...parts } = policy
  return {
    description:
      'Changes to the shipped policy, in its shape: `drover policy show --yaml` prints it. A value stands by itself, or as { value, reason }.',
    type: 'object',
    additionalProperties: false,
    properties: {
      reason: { type: 'string', minLength: 1, description: 'Why, for each change that gives no reason of its own.' },
      version: { type: 'string', description: 'What was printed with it; it changes nothing.' },
      demands: { type: 'array', items: demandSchema, description: 'Gates that are demanded only where a condition holds.' },
      ...propertiesOf(policy, parts, ''),
    },
  }
}

const demandSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'when', 'gates'],
  properties: {
    id: { type: 'string', description: 'The id of a shipped demand takes its place.' },
    when: { type: 'string', maxLength: 500, description: 'In CEL, for example tier == 3 && change.size == "major".' },
    gates: { type: 'array', items: { enum: gateKinds }, description: 'None lets the demand go.' },
    reason: { type: 'string' },
    source: { type: 'string' },
    status: { enum: ['stated', 'ours'] },
  },
}

function propertiesOf(policy: Policy, part: object, above: string): Schema {
  return Object.fromEntries(
    Object.entries(part).map(([key, value]: [string, unknown]) => {
      const path = above === '' ? key : `${above}.${key}`
      if (isSourced(value)) return [key, leafSchema(policy, path, value.value)]
      if (typeof value !== 'object' || value === null) return [key, { const: value }]
      return [key, { type: 'object', additionalProperties: false, properties: propertiesOf(policy, value, path) }]
    }),
  )
}

function leafSchema(policy: Policy, path: string, shipped: unknown): Schema {
  const value = valueSchema(formOf(policy, path, shipped))
  const guide = findGuide(path)
  const unit = guide?.unit === undefined ? '' : `, in ${guide.unit}`
  return {
    description: `${guide?.label ?? path}${unit}. Shipped: ${JSON.stringify(shipped) ?? 'null'}.`,
    anyOf: [
      value,
      {
        type: 'object',
        additionalProperties: false,
        required: ['value'],
        properties: { value, reason: { type: 'string', minLength: 1 }, source: { type: 'string' }, status: { enum: ['stated', 'ours'] } },
      },
    ],
  }
}

function valueSchema(form: ValueForm): Schema {
  switch (form.kind) {
    case 'number':
      return { type: 'number', minimum: 0, maximum: mostOfANumber }
    case 'flag':
      return { type: 'boolean' }
    case 'text':
      return { type: 'string' }
    case 'one-of':
      return { enum: form.options }
    case 'list':
      return { type: 'array', uniqueItems: true, items: form.of === undefined ? { type: 'string' } : { enum: form.of } }
    case 'recovery':
    case 'like':
      return { type: ['object', 'array'] }
  }
}
