import type { SupportArea } from './line.ts'
import { partly, served } from './line.ts'

export const limitsAndFaultsSupport: SupportArea = {
  title: 'Limits, faults and time',
  lines: [
    served(
      'Service protection limits per user and environment: 6,000 requests, 1,200 s of execution time, 52 at a time, in a sliding window of 300 s; 429 with the three codes and texts',
      'web-api A.5, C',
      'V',
    ),
    served('Remaining requests and time in x-ms-ratelimit-… headers of each answer', 'web-api C', 'V'),
    partly(
      'Retry-After says when the window has room again',
      { missing: 'the service makes it longer for clients that keep asking; how much is not known' },
      'web-api C',
      'U',
    ),
    partly(
      'A batch counts as one request, and its time as execution time',
      { missing: 'whether the service counts the requests inside is not known' },
      'web-api C',
      'U',
    ),
    served('Time goes faster by a scale, and jumps when told to; tokens expire by it', 'own design', 'U'),
    served('Faults on demand, deterministic by a seed; none is active unless asked for', 'own design', 'U'),
    served('A job record can answer 404 for its first seconds (fault)', 'web-api H', '3'),
    partly(
      'Components can fail inside an import that succeeds (fault): they and what stands in them are not applied, and the result document says so',
      {
        missing:
          'in an upgrade, which would delete what is left out, the first of them fails the import: what the service does is not known',
      },
      'web-api B.5',
      'V',
    ),
  ],
}
