import { useText } from "../text/language.tsx";

type MoreProps = { readonly list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown } };

export function More({ list }: MoreProps) {
  const { common } = useText();
  if (!list.hasNextPage) return null;
  return (
    <div className="row">
      <button type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {list.isFetchingNextPage ? common.loading : common.more}
      </button>
    </div>
  );
}
