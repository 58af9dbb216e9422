import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components'
import { useSyncExternalStore } from 'react'

/** A calm green-blue: away from the red, amber and green that states use. */
const brand: BrandVariants = {
  10: '#02100e',
  20: '#07211d',
  30: '#0a332d',
  40: '#0c423a',
  50: '#0d5147',
  60: '#0e5f54',
  70: '#0f6a5d',
  80: '#11786a',
  90: '#2a8779',
  100: '#459688',
  110: '#5fa598',
  120: '#79b4a9',
  130: '#94c4ba',
  140: '#afd3cc',
  150: '#cbe2de',
  160: '#e7f2f0',
}

const light: Theme = { ...createLightTheme(brand), colorNeutralBackground3: '#f6f8f8' }
const dark: Theme = {
  ...createDarkTheme(brand),
  colorBrandForeground1: brand[120],
  colorBrandForegroundLink: brand[120],
  colorBrandForegroundLinkHover: brand[130],
}

/** Follows the choice of the operating system. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, prefersDark) ? dark : light
}

function prefersDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches
}

function subscribe(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
