import type { Faker } from '@faker-js/faker'
import type { FakeProvider } from '#domain/data'
import { isIban } from '#domain/data'

/** How each fake is made. Addresses are in domains that are reserved for examples (RFC 2606): nothing sent to one reaches anybody. */
export const fakes: Readonly<Record<FakeProvider, (faker: Faker) => string>> = {
  'first-name': (faker) => faker.person.firstName(),
  'last-name': (faker) => faker.person.lastName(),
  'full-name': (faker) => `${faker.person.firstName()} ${faker.person.lastName()}`,
  email: (faker) => `${plain(faker.person.firstName())}.${plain(faker.person.lastName())}${faker.string.numeric(4)}@${example(faker)}`,
  phone: (faker) => faker.phone.number(),
  company: (faker) => faker.company.name(),
  'job-title': (faker) => faker.person.jobTitle(),
  street: (faker) => faker.location.streetAddress(),
  city: (faker) => faker.location.city(),
  state: (faker) => faker.location.state(),
  postcode: (faker) => faker.location.zipCode(),
  country: (faker) => faker.location.country(),
  url: (faker) => `https://${plain(faker.company.name())}.${example(faker)}/`,
  iban: makeIban,
  username: (faker) => `${plain(faker.person.firstName())}${faker.string.numeric(5)}`,
  sentence: (faker) => faker.lorem.sentence(),
  paragraph: (faker) => faker.lorem.paragraph(),
  birthdate: (faker) =>
    new Date(
      Date.UTC(faker.number.int({ min: 1940, max: 2006 }), faker.number.int({ min: 0, max: 11 }), faker.number.int({ min: 1, max: 28 })),
    ).toISOString(),
}

function makeIban(faker: Faker): string {
  const iban = faker.finance.iban()
  return isIban(iban) ? iban : 'GB82WEST12345698765432'
}

function example(faker: Faker): string {
  return faker.helpers.arrayElement(['example.com', 'example.org', 'example.net'])
}

/** Small letters and digits only. */
function plain(text: string): string {
  const letters = text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  return letters === '' ? 'someone' : letters.slice(0, 20)
}
