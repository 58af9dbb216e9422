import { bap } from './environment-view.ts'

/** Regions that environments can be made in: few, with names of the service (fixture of Microsoft's Terraform provider). */
export const locations = [
  { name: 'europe', displayName: 'Europe', code: 'EMEA', azureRegions: ['westeurope', 'northeurope'], isDefault: true },
  { name: 'unitedstates', displayName: 'United States', code: 'NA', azureRegions: ['eastus', 'westus'], isDefault: false },
  { name: 'switzerland', displayName: 'Switzerland', code: 'CHE', azureRegions: ['switzerlandnorth', 'switzerlandwest'], isDefault: false },
] as const

const currencies = ['USD', 'EUR', 'CHF', 'GBP']
const languages = [
  { id: 1033, name: 'English (United States)' },
  { id: 1031, name: 'German (Germany)' },
  { id: 1036, name: 'French (France)' },
]

export function locationNamed(name: string): (typeof locations)[number] | undefined {
  return locations.find((location) => location.name === name)
}

export function locationsView(): object {
  const value = locations.map(({ name, ...properties }) => ({
    id: `${bap}/locations/${name}`,
    type: 'Microsoft.BusinessAppPlatform/locations',
    name,
    properties: { ...properties, isDisabled: false, canProvisionDatabase: true, canProvisionCustomerEngagementDatabase: true },
  }))
  return { value }
}

/** What can be chosen in a region: `environmentCurrencies`, `environmentLanguages` or `templates`; undefined for anything else. */
export function choicesView(location: string, what: string): object | undefined {
  const base = `${bap}/locations/${location}/${what}`
  const type = `Microsoft.BusinessAppPlatform/locations/${what}`
  if (what === 'environmentCurrencies') {
    const value = currencies.map((code) => ({
      name: code,
      id: `${base}/${code}`,
      type,
      properties: { code, symbol: code, isTenantDefault: code === 'USD' },
    }))
    return { value }
  }
  if (what === 'environmentLanguages') {
    const value = languages.map(({ id, name }) => ({
      name: String(id),
      id: `${base}/${id}`,
      type,
      properties: { localeId: id, localizedName: name, displayName: name, isTenantDefault: id === 1033 },
    }))
    return { value }
  }
  return what === 'templates'
    ? { standard: [], premium: [], developer: [], basic: [], production: [], sandbox: [], trial: [], default: [] }
    : undefined
}

export function isCurrency(code: string): boolean {
  return currencies.includes(code)
}

export function isLanguage(id: number): boolean {
  return languages.some((language) => language.id === id)
}
