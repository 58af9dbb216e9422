/** What differs between two saves of one flow and changes nothing that it does. */
export interface FlowNoise {
  /** The object that it stands in: `metadata` of a trigger or action, the workflow `definition`, or any of the named `container`s when empty, or a `trigger` that says it twice. */
  readonly within: 'metadata' | 'definition' | 'container' | 'trigger'
  readonly name: string
  readonly reason: string
}

export const flowNoise: readonly FlowNoise[] = [
  {
    within: 'metadata',
    name: 'operationMetadataId',
    // In 26 flows of public solutions every trigger and action has one and nothing in the flow refers to it; that the engine ignores it is not documented.
    reason: 'an id that the designer gives to every operation; nothing in the flow refers to it',
  },
  { within: 'trigger', name: 'evaluatedRecurrence', reason: 'repeats the recurrence; it counts where it differs from it' },
  { within: 'definition', name: '$schema', reason: 'names the language that the file is written in, not the flow' },
  ...['actions', 'runAfter', 'metadata', 'parameters', 'outputs', 'triggers', 'connectionReferences', 'else', 'default', 'cases'].map(
    (name): FlowNoise => ({ within: 'container', name, reason: 'an empty one says the same as none' }),
  ),
]

/** True for a name that is noise in that object. */
export function isFlowNoise(within: FlowNoise['within'], name: string): boolean {
  return names.has(`${within} ${name}`)
}

const names = new Set(flowNoise.map((noise) => `${noise.within} ${noise.name}`))
