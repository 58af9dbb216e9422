import { describe, expect, it } from 'vitest'
import { findRepositoryHost } from './find-source-host.ts'
import type { SourceHost } from './pipeline.ts'

const github: SourceHost = { kind: 'github', site: 'https://github.com', api: 'https://api.github.com' }
const own: SourceHost = {
  kind: 'github',
  site: 'https://code.contoso.example:8443/git',
  api: 'https://code.contoso.example:8443/git/api/v3',
}
const azure: SourceHost = { kind: 'azure-devops', site: 'https://dev.azure.com', api: 'https://dev.azure.com' }

describe('the host of a repository', () => {
  it.each([
    ['https://github.com/contoso/permits.git', github, 'contoso/permits'],
    ['https://x-access-token:secret@github.com/contoso/permits', github, 'contoso/permits'],
    ['git@github.com:contoso/permits.git', github, 'contoso/permits'],
    ['ssh://git@github.com/contoso/permits.git', github, 'contoso/permits'],
    ['https://code.contoso.example:8443/git/contoso/permits.git', own, 'contoso/permits'],
    ['https://contoso@dev.azure.com/contoso/Permits/_git/permits', azure, 'contoso/Permits/_git/permits'],
    ['git@ssh.dev.azure.com:v3/contoso/Permits/permits', azure, 'contoso/Permits/_git/permits'],
  ])('is known by %s', (repository, host, path) => {
    expect(findRepositoryHost([github, own, azure], repository)).toEqual({ host, path })
  })

  it.each([
    'source.git',
    '/srv/git/source.git',
    'file:///srv/github.com/x.git',
    'git@github.com:contoso/..',
    'https://github.com.evil.example/contoso/permits',
    'https://elsewhere.example/contoso/permits.git',
  ])('is none for %s', (repository) => {
    expect(findRepositoryHost([github, own, azure], repository)).toBeUndefined()
  })
})
