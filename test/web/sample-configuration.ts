import { parseConfiguration } from '#contract'
import type { Configuration } from '#domain/pipeline'

/** A drover.yaml with every part, for tests of the doors. */
export const sampleYaml = `tenant: contoso
timeZone: Europe/Zurich
people:
  - { id: ada, name: Ada Lovelace, roles: [maker, platform-admin] }
  - { id: grace, name: Grace Hopper, roles: [approver] }
environments:
  - id: dev
    name: Contoso Dev
    purpose: development
    careClass: cattle
    owner: ada
    url: http://127.0.0.1:4700/dev
    credentials: { tokenUrl: "http://127.0.0.1:4700/token", clientId: drover, clientSecret: { environment: DEV_SECRET } }
  - id: test
    name: Contoso Test
    purpose: test
    careClass: cattle
    owner: ada
    url: http://127.0.0.1:4700/test
    credentials: { tokenUrl: "http://127.0.0.1:4700/token", clientId: drover, clientSecret: { environment: TEST_SECRET } }
  - id: prod
    name: Contoso Production
    purpose: production
    careClass: pet
    owner: grace
    url: http://127.0.0.1:4700/prod
    connectivityUrl: http://127.0.0.1:4700/prod/connectivity
    credentials: { tokenUrl: "http://127.0.0.1:4700/token", clientId: drover, clientSecret: { file: secrets/prod } }
pipelines:
  - id: main
    name: Contoso main line
    source: dev
    stages:
      - id: test
        name: Test
        environment: test
        gates: [{ kind: checks }, { kind: settings }]
      - id: prod
        name: Production
        environment: prod
        gates:
          - { kind: checks }
          - { kind: approval, people: [grace] }
solutions:
  - uniqueName: ContosoExpenses
    owner: ada
    tier: 2
    pipeline: main
    settings:
      test:
        environmentVariables: { contoso_ApiUrl: "https://test.example" }
        connectionReferences: { contoso_sharepoint: conn-1 }
        flows: { Approve expense: on }
policy:
  tiers: { 3: { reviewWindowHours: 36 } }
  reason: Trying it out
`

export function sampleConfiguration(): Configuration {
  const parsed = parseConfiguration(sampleYaml)
  if (parsed.ok) return parsed.value
  throw new Error(JSON.stringify(parsed.refusal))
}
