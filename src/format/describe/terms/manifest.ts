import type { Terms } from './term.ts'

export const manifestTerms: Terms = {
  SolutionManifest: '',
  'Solution.Version': 'version',
  'Solution.Managed': { words: 'package type', values: { '0': 'unmanaged', '1': 'managed', '2': 'both' } },
  'Solution.UniqueName': 'unique name',
  'Solution.Publisher': 'publisher',
  CustomizationPrefix: 'prefix',
  CustomizationOptionValuePrefix: 'prefix of choice values',
  RootComponents: '',
  MissingDependencies: '',
  behavior: {
    words: 'includes',
    values: { '0': 'all parts', '1': 'only listed parts', '2': 'no parts of its own' },
  },
  languagecode: 'base language',
  EMailAddress: 'e-mail address',
  SupportingWebsiteUrl: 'website',
}
