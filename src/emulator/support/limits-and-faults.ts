import type { SupportArea } from './line.ts'
import { refused } from './line.ts'

export const limitsAndFaultsSupport: SupportArea = {
  title: 'Limits, faults and time',
  lines: [refused('Service protection limits: nothing is throttled', 'web-api C', 'V')],
}
