import { describe, expect, it } from 'vitest'
import { sampleConfiguration, sampleYaml } from '../../test/web/sample-configuration.ts'
import { configurationJsonSchema, parseConfiguration, toConfigurationFile } from './configuration.ts'
import { configurationFileSchema } from './configuration-file.ts'

/** Breaches of a text, each as "path | message". */
function breaches(text: string): readonly string[] {
  const parsed = parseConfiguration(text)
  return parsed.ok ? [] : parsed.refusal.reasons.map((reason) => `${reason.subject} | ${reason.message}`)
}

function breachesAfter(change: readonly [string, string]): readonly string[] {
  expect(sampleYaml).toContain(change[0])
  return breaches(sampleYaml.replace(change[0], change[1]))
}

describe('parseConfiguration', () => {
  it('reads a whole drover.yaml and fills in what it leaves out', () => {
    const configuration = sampleConfiguration()
    expect(configuration.sourceRepository).toBe('source.git')
    expect(configuration.environments[0]?.connectivityUrl).toBe('http://127.0.0.1:4700/dev/connectivity')
    expect(configuration.environments[2]?.credentials.clientSecret).toEqual({ kind: 'file', path: 'secrets/prod' })
    expect(configuration.pipelines[0]?.stages[1]?.gates[1]).toEqual({
      kind: 'approval',
      people: ['grace'],
      quorum: 1,
      expiresAfterHours: 72,
    })
    expect(configuration.solutions[0]?.settings['test' as never]?.flows).toEqual({ 'Approve expense': 'on' })
    expect(configuration.policy).toEqual({
      values: [{ path: 'tiers.3.reviewWindowHours', value: 36, reason: 'Trying it out' }],
      demands: [],
    })
  })

  it('names line, column and path of a wrong value', () => {
    expect(breachesAfter(['timeZone: Europe/Zurich', 'timeZone: Europe/Zuric'])).toEqual([
      'timeZone | line 2, column 11: Not an IANA time zone; write one such as Europe/Zurich.',
    ])
    expect(breachesAfter(['careClass: pet', 'careClass: dog'])).toEqual([
      'environments[2].careClass | line 24, column 16: this must be one of: pet, cattle.',
    ])
  })

  it('takes no fixed offset for a time zone, because it knows no daylight saving', () => {
    expect(breachesAfter(['timeZone: Europe/Zurich', 'timeZone: "+01:00"'])).toHaveLength(1)
  })

  it('names the place of an unknown key at the key', () => {
    expect(breachesAfter(['purpose: test', 'purpos: test'])).toEqual([
      'environments[1].purpose | line 14, column 5: "purpose" is missing.',
      'environments[1].purpos | line 16, column 5: "purpos" is not known here.',
    ])
  })

  it('refuses a literal secret, and never repeats it', () => {
    const refused = breachesAfter(['clientSecret: { environment: DEV_SECRET }', 'clientSecret: hunter2-canary'])
    expect(refused).toEqual([
      'environments[0].credentials.clientSecret | line 13, column 93: A secret does not belong in this file; write { environment: NAME_OF_A_VARIABLE } or { file: path }.',
    ])
    expect(JSON.stringify(parseConfiguration(sampleYaml.replace('{ environment: DEV_SECRET }', 'hunter2-canary: [')))).not.toContain(
      'hunter2',
    )
    expect(breachesAfter(['url: http://127.0.0.1:4700/dev', 'url: http://me:hunter2@127.0.0.1:4700/dev']).join()).toMatch(
      /password does not belong/,
    )
  })

  it('takes a secret for a value of an environment variable only by its reference', () => {
    const plain = 'contoso_ApiUrl: "https://test.example"'
    const withValue = (value: string) => sampleYaml.replace(plain, `contoso_ApiUrl: ${value}`)
    for (const [written, secret] of [
      ['{ secret: { environment: API_URL } }', { kind: 'environment', variable: 'API_URL' }],
      ['{ secret: { file: secrets/api } }', { kind: 'file', path: 'secrets/api' }],
    ] as const) {
      const parsed = parseConfiguration(withValue(written))
      const configuration = parsed.ok ? parsed.value : undefined
      expect(configuration?.solutions[0]?.settings['test' as never]?.environmentVariables).toEqual({ contoso_ApiUrl: { secret } })
      expect(configuration && parseConfiguration(JSON.stringify(toConfigurationFile(configuration)))).toEqual(parsed)
    }
    for (const wrong of [
      '{ secret: hunter2-canary }',
      '{ secret: { environment: "hunter2 canary" } }',
      '{ password: hunter2-canary }',
      '5',
    ]) {
      const refused = breaches(withValue(wrong))
      expect(refused).toHaveLength(1)
      expect(refused[0]).toMatch(/^solutions\[0\]\.settings\.test\.environmentVariables\.contoso_ApiUrl.* \| line 51, .*environment/)
      expect(refused.join()).not.toContain('hunter2')
    }
  })

  it.each([
    ['of spaces alone', '   '],
    ['longer than anybody reads', 'a'.repeat(101)],
    ['on two lines', 'Grace\\nHopper'],
    ['that a terminal takes for a command', 'Grace\\e[2K'],
    ['that reads from the other side', '\\u202eecarG'],
  ])('refuses a name %s: whoever decides could not tell whose it is', (_what, name) => {
    expect(breachesAfter(['id: grace, name: Grace Hopper', `id: grace, name: "${name}"`])[0]).toMatch(
      /^people\[1\]\.name .*A name is 1 to 100 characters/,
    )
  })

  it('refuses an id that stands twice', () => {
    expect(breachesAfter(['id: grace, name', 'id: ada, name'])).toContain(
      'people[1].id | line 5, column 11: "ada" is taken already by entry 1 of the list.',
    )
  })

  it('refuses names of people, environments, pipelines and stages that nothing declares', () => {
    expect(breachesAfter(['people: [grace] }', 'people: [gracie] }'])).toEqual([
      'pipelines[0].stages[1].gates[1].people[0] | line 43, column 40: no person "gracie" is declared; declared: ada, grace.',
    ])
    expect(breachesAfter(['environment: prod', 'environment: production'])[0]).toMatch(
      /^pipelines\[0\]\.stages\[1\]\.environment \| line 40, .*no environment "production"/,
    )
    expect(breachesAfter(['pipeline: main', 'pipeline: mane'])[0]).toMatch(/^solutions\[0\]\.pipeline .*no pipeline "mane"/)
    expect(breachesAfter(['      test:\n', '      tset:\n'])[0]).toMatch(
      /^solutions\[0\]\.settings\.tset \| line 50, column 7: no stage "tset"/,
    )
  })

  it('refuses a quorum that its people cannot reach', () => {
    expect(breachesAfter(['people: [grace] }', 'people: [grace], quorum: 2 }'])[0]).toMatch(/quorum of 2 cannot be reached by 1 person/)
  })

  it('refuses people on a gate that Drover opens by itself', () => {
    expect(breachesAfter(['{ kind: settings }', '{ kind: settings, people: [ada] }'])[0]).toMatch(/"people" is not known here/)
  })

  it('tells a text apart that somebody made to take long, before it does', () => {
    // Each key was held against all before it, which took minutes for a hundred thousand; whoever may ask for anything can send them.
    const keys = Array.from({ length: 30_000 }, (_none, at) => `k${at}: 1`).join('\n')
    expect(breaches(keys)).toEqual(['drover.yaml | line 1, column 1: one place has more than 2000 keys.'])
    expect(breaches(`a: ${'['.repeat(20_000)}`).length).toBeGreaterThan(0)
  })

  it('says where YAML breaks, also for tabs and keys that stand twice', () => {
    const broken = parseConfiguration('tenant: "contoso\npeople:\n')
    expect(broken.ok ? '' : broken.refusal.code).toBe('configuration.not-yaml')
    expect(breaches('tenant: a\ntenant: b\n')).toEqual(['drover.yaml | line 2, column 1: the same key stands twice in one place.'])
    expect(breaches('people:\n\t- a\n')[0]).toMatch(/line 2/)
  })

  it('refuses an empty file and one that is a list', () => {
    expect(breaches('')[0]).toMatch(/^drover\.yaml \| line 1/)
    expect(breaches('- a\n')[0]).toMatch(/^drover\.yaml \| line 1, column 1: this must be a map/)
  })

  it.each([
    ['brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['marks of lists', `${'- '.repeat(20_000)}x`],
    ['marks of keys', `${'? '.repeat(20_000)}x`],
    ['indentation', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('is not read where it nests without end by %s, since the parser would end the process', (_by, text) => {
    const read = parseConfiguration(text)
    expect(read.ok ? '' : read.refusal.message).toContain('nested deeper')
  })

  it('does not follow a bomb of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(', ')}]`)
    const bomb = parseConfiguration(`l0: &l0 [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`)
    expect(bomb.ok ? '' : bomb.refusal.code).toBe('configuration.not-yaml')
  })

  it('reads windows and freezes, and writes them as they were', () => {
    const prod = '        environment: prod\n        gates:'
    const text = (to: string) =>
      sampleYaml.replace(
        prod,
        `        environment: prod\n        changeWindows: [{ days: [tue, thu], from: "20:00", to: "${to}" }]\n        freezes: [{ name: year end, from: 2026-12-20T18:00, to: 2027-01-04T08:00, reason: books close }]\n        gates:`,
      )
    const parsed = parseConfiguration(text('04:00'))
    expect(parsed.ok && parsed.value.pipelines[0]?.stages[1]).toMatchObject({
      changeWindows: [{ days: ['tue', 'thu'], from: '20:00', to: '04:00' }],
      freezes: [{ name: 'year end', from: '2026-12-20T18:00', to: '2027-01-04T08:00', reason: 'books close' }],
    })
    expect(parsed.ok && parseConfiguration(JSON.stringify(toConfigurationFile(parsed.value)))).toEqual(parsed)
    expect(breaches(text('20:00'))).toEqual([
      'pipelines[0].stages[1].changeWindows[0].to | line 41, column 64: a window ends at another time than it begins; a whole day is from 00:00 to 24:00.',
    ])
  })

  it('round-trips: a configuration written as a file is the same configuration', () => {
    const configuration = sampleConfiguration()
    const again = parseConfiguration(JSON.stringify(toConfigurationFile(configuration)))
    expect(again).toEqual({ ok: true, value: configuration })
    expect(configurationFileSchema.safeParse(toConfigurationFile(configuration)).success).toBe(true)
  })
})

describe('the schema of the file', () => {
  it('goes both ways over the wire, whatever a stage declares', () => {
    const access = { teams: [{ name: 'T', groupId: '7E2F3780-6A51-4C11-8C62-000D3A1F529F', roles: ['R'] }], apps: [], flows: [] }
    const file = toConfigurationFile(sampleConfiguration())
    const solutions = file.solutions.map((each) => ({ ...each, settings: { test: { access } } }))
    const read = configurationFileSchema.parse({ ...file, solutions })
    expect(read.solutions[0]?.settings['test']?.access?.teams[0]?.groupId).toBe('7e2f3780-6a51-4c11-8c62-000d3a1f529f')
    expect(configurationFileSchema.encode(read)).toEqual(read)
  })
})

describe('configurationJsonSchema', () => {
  it('publishes defaults and meanings, and knows no literal secret', () => {
    const text = JSON.stringify(configurationJsonSchema())
    expect(text).toContain('"default":"raise"')
    expect(text).toContain('Where the secret is; never the secret itself.')
    expect(text).toContain('"additionalProperties":false')
  })
})
