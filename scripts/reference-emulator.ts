import type { EvidenceMark } from '#emulator'
import { servedOperations, servedSets, supportMatrix, wireSupport } from '#emulator'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

const certainty: Readonly<Record<EvidenceMark, string>> = { V: 'verified', O: 'observed', '3': 'third party', U: 'unverified' }

export const emulatorPage: Page = {
  file: 'emulator-support.md',
  madeFrom: 'src/emulator/support-matrix.ts, src/emulator/http/wire-support.ts and the registries',
  render: () => {
    const areas = [...new Set(supportMatrix.map((line) => line.area))]
    return [
      '# What local environments support',
      'Behaviours of Dataverse and what `drover emulator` does about them. What is not supported is refused with 501 and named; nothing answers as if it had worked. ' +
        'Certainty says how the behaviour of the service is known; the sections are listed in [evidence.md](../evidence.md).',
      '## Messages served',
      servedOperations().map(code).join(' · '),
      '## Entity sets served',
      table(
        ['Entity set', 'What may be done'],
        servedSets().map(({ set, verbs }) => [code(set), verbs.join(', ')]),
      ),
      '## On the wire',
      table(header, wireSupport.map(row)),
      ...areas.flatMap((area) => [
        `## ${area.charAt(0).toUpperCase()}${area.slice(1)}`,
        table(header, supportMatrix.filter((line) => line.area === area).map(row)),
      ]),
    ].join('\n\n')
  },
}

const header = ['Behaviour', 'State', 'Certainty', 'Evidence']

function row(line: {
  readonly behaviour: string
  readonly state: string
  readonly mark: EvidenceMark
  readonly evidence: string
}): string[] {
  return [line.behaviour, line.state, certainty[line.mark], line.evidence]
}
