import { DroverError } from '#domain/kernel'
import type { SourceHost } from '#domain/pipeline'

export function notAPullRequest(url: string, { site }: SourceHost, form: string): DroverError {
  return new DroverError('forge.not-a-pull-request', `${url} is not the address of a pull request at ${site}.`, {
    hint: `Write it as your browser shows it: ${site}/${form}.`,
  })
}
