import { expect, it } from 'vitest'
import { ownsFlow } from './evaluate-leaving.ts'

const ada = { name: 'Ada Lovelace', subject: '6B1C0000-0000-4000-8000-00000000000A' }
const ownerObjectId = ada.subject.toLowerCase()

it('knows the flows of somebody by their account, whatever name it shows', () => {
  expect(ownsFlow(ada, { ownerName: 'A. Lovelace (old)', ownerObjectId })).toBe('account')
})

it('gives nobody the flows of another person of the same name', () => {
  expect(ownsFlow(ada, { ownerName: 'Ada Lovelace', ownerObjectId: '6b1c0000-0000-4000-8000-00000000000b' })).toBeUndefined()
})

it('goes by the name alone where an account is not known, and says so', () => {
  expect(ownsFlow(ada, { ownerName: 'ada lovelace' })).toBe('name')
  expect(ownsFlow({ name: 'Ada Lovelace' }, { ownerName: 'Ada Lovelace', ownerObjectId })).toBe('name')
  expect(ownsFlow({ name: 'Ada Lovelace', subject: 'sub-of-another-issuer' }, { ownerName: 'Ada Lovelace', ownerObjectId })).toBe('name')
  expect(ownsFlow(ada, { ownerName: undefined })).toBeUndefined()
})
