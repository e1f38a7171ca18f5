import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBox, IconChevronDown, IconFolderPlus, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { modelsQuery } from "@/api/models";
import { itemsOf, totalOf } from "@/api/pages";
import { useEvents } from "@/api/useEvents";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { CreateModel } from "./CreateModel";
import { FirstModel } from "./FirstModel";
import classes from "./Models.module.css";
import { modelColumns } from "./modelColumns";
import { modelList } from "./search";

const route = getRouteApi("/p/$project/models");

export function ModelsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const { q } = search;
  const list = modelList(search);
  const navigate = useNavigate();
  useEvents(project, ["models"]);

  const query = useInfiniteQuery({
    ...modelsQuery(project, list),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => modelColumns(project), [project]);
  const rows = useMemo(() => itemsOf(query.data), [query.data]);

  const isEmpty = query.isSuccess && rows.length === 0 && !q;
  return (
    <Page title="Model Repositories" context={project} actions={<NewModel project={project} />} fill>
      <DataTable
        id="models"
        label="Model Repositories"
        noun="model"
        columns={columns}
        rows={rows}
        rowId={(row) => row.name}
        loading={query.isPending}
        error={query.error}
        onRetry={query.refetch}
        total={totalOf(query.data)}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onLoadMore={query.fetchNextPage}
        sort={{ by: list.sort, order: list.order }}
        onSort={(next) =>
          navigate({
            to: ".",
            search: (old) => ({ ...old, sort: next.by as typeof list.sort, order: next.order }),
            replace: true,
          })
        }
        onOpen={(row) => navigate({ to: "/p/$project/models/$model", params: { project, model: row.name } })}
        toolbar={
          isEmpty ? null : (
            <SearchField
              label="Filter models"
              value={q}
              onChange={(next) => navigate({ to: ".", search: (old) => ({ ...old, q: next }), replace: true })}
            />
          )
        }
        empty={<Empty project={project} q={q} />}
        fill
      />
    </Page>
  );
}

function NewModel({ project }: { project: string }) {
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button.Group>
        <Button
          leftSection={<IconPlus size={15} />}
          renderRoot={(props) => <Link to="/p/$project/models/new" params={{ project }} {...props} />}
        >
          New model
        </Button>
        <Menu>
          <Menu.Target>
            <ActionIcon
              variant="filled"
              color="petrol"
              size={30}
              className={classes.more}
              aria-label="More ways to make a model"
            >
              <IconChevronDown size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFolderPlus size={15} />} onClick={open}>
              New empty model
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
      <CreateModel project={project} opened={creating} onClose={close} />
    </>
  );
}

function Empty({ project, q }: { project: string; q?: string }) {
  if (q) return <EmptyState icon={IconBox} title={`No model's name contains “${q}”`} />;
  return <FirstModel project={project} />;
}
