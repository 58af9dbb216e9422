import type { AccessTokenReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'

export function tokensText(tokens: readonly AccessTokenReply[], paint: Paint): string {
  return table(
    {
      headings: ['Token', 'Person', 'For', 'Scopes', 'Reaches', 'Ends', 'Last used', 'State'],
      rows: tokens.map((token) => [
        token.tokenId,
        token.personId,
        token.purpose === 'session' ? 'session' : token.label || 'token',
        token.scopes.join(', '),
        [...(token.environments ?? []), ...(token.solutions ?? [])].join(', ') || 'all',
        token.expiresAt,
        token.lastUsedAt ?? 'never',
        token.state,
      ]),
      whenEmpty: 'There are no tokens.',
    },
    paint,
  )
}
