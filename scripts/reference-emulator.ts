import type { EvidenceMark, SupportLine } from '#emulator'
import { faultsJsonSchema, servedOperations, servedSets, supportMatrix } from '#emulator'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

const certainty: Readonly<Record<EvidenceMark, string>> = { V: 'verified', O: 'observed', '3': 'third party', U: 'unverified' }

export const emulatorPage: Page = {
  file: 'emulator.md',
  madeFrom: 'src/emulator/support and the registries',
  render: () =>
    [
      '# What local environments do',
      'Behaviours of Dataverse and what `drover emulator` does about them: served, partly (with what is missing), or refused. What is not served is refused with 501 and named; nothing answers as if it had worked. ' +
        'Certainty says how the behaviour of the service is known; the sections are listed in [evidence.md](../evidence.md).',
      '## Messages served',
      servedOperations().map(code).join(' · '),
      '## Entity sets served',
      'Beside these, every table of an imported solution has its own set.',
      table(
        ['Entity set', 'What may be done'],
        servedSets().map(({ set, verbs }) => [code(set), verbs.join(', ')]),
      ),
      ...supportMatrix.flatMap(({ title, lines }) => [`## ${title}`, table(header, lines.map(row))]),
    ].join('\n\n'),
}

const header = ['Behaviour', 'State', 'Certainty', 'Evidence']

function row(line: SupportLine): string[] {
  const behaviour = line.missing === undefined ? line.behaviour : `${line.behaviour}. Missing: ${line.missing}`
  return [behaviour, line.state, certainty[line.mark], line.evidence]
}

/** What an editor checks a faults file with. */
export const faultsSchema: Page = {
  file: 'emulator-faults.schema.json',
  madeFrom: 'src/emulator/faults/fault.ts',
  render: () => JSON.stringify(faultsJsonSchema(), null, 2),
}
