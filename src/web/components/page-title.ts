import { useEffect } from 'react'

/** The title of the browser tab; screen readers say it when the page changes. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Drover`
  }, [title])
}
