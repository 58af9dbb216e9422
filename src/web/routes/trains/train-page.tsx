import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { TrainSection } from '../promotion/train-section.tsx'

/** One train by itself: what is in it, and the viewer's word on all of it. */
export function TrainPage({ trainId }: { readonly trainId: string }) {
  usePageTitle('Train')
  return (
    <Page title="Train" lead="Each release has a page of its own with its plan and gates; a word given here holds for all of them.">
      <TrainSection trainId={trainId} />
    </Page>
  )
}
