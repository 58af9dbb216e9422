import type { PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { writeTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'

export const evidenceExport: CommandSpec = {
  path: ['evidence', 'export'],
  summary: 'take evidence out of the ledger, in a file that is verified without the server',
  details:
    'Writes a zip with the entries of the ledger about one promotion, solution, release or environment, or a time: who asked, the plan that was shown, checks, approvals with what they were bound to, steps and verification, the configuration in force, provenance of the artifacts, and the signed head that proves that these entries stand in the ledger. README.html in it is for the auditor. Other entries are withheld, and counted.',
  options: [
    { flags: '--promotion <promotion>', description: 'about this promotion' },
    { flags: '--solution <name>', description: 'about all promotions and releases of this solution' },
    { flags: '--release <release>', description: 'about this release, wherever it went' },
    { flags: '--environment <id>', description: 'about what went into this environment, and happened to it' },
    { flags: '--from <time>', description: 'about everything from this time on, for example 2026-11-01T00:00:00Z' },
    { flags: '--to <time>', description: 'and before this one' },
    { flags: '--out <file>', description: 'zip to write', isRequired: true },
    { flags: '--with-artifacts', description: 'with the bytes of the artifacts' },
    { flags: '--without-names', description: 'without the names of people, who then stand by their ids alone' },
  ],
  examples: [{ command: 'drover evidence export --promotion p-01JD3F --out evidence.zip', what: 'hand it to an auditor' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [promotion, solution, release, environment, from, to] = ['promotion', 'solution', 'release', 'environment', 'from', 'to'].map(
      (name) => context.option(name),
    )
    const answer = await client.exportEvidence({
      ...(promotion === undefined ? {} : { promotionId: toId<PromotionId>(promotion) }),
      ...(solution === undefined ? {} : { solution }),
      ...(release === undefined ? {} : { releaseId: toId<ReleaseId>(release) }),
      ...(environment === undefined ? {} : { environmentId: environment }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      withArtifacts: context.flag('with-artifacts'),
      withNames: !context.flag('without-names'),
    })
    if (!answer.ok) return refused(answer)
    const out = context.requiredOption('out')
    await writeTextFile(out, answer.value)
    return done(
      { out, bytes: answer.value.length },
      () => `${out}: ${answer.value.length} bytes; \`drover evidence verify ${out}\` proves it.\n`,
    )
  },
}
