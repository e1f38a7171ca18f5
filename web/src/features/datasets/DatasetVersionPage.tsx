import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { datasetVersionQuery, datasetVersionsQuery } from "@/api/datasets";
import { itemsOf } from "@/api/pages";
import type { DatasetVersion } from "@/api/types";
import { formatCount } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { Facts } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { current, TabBar } from "@/ui/TabBar";
import { Bytes, Time } from "@/ui/Time";
import { UnknownTab } from "@/ui/UnknownTab";
import classes from "./DatasetVersionPage.module.css";
import { Profile } from "./Profile";
import { Rows } from "./Rows";
import { UsedBy } from "./UsedBy";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");

const TABS = [
  [undefined, "Profile"],
  ["rows", "Rows"],
  ["uses", "Used by"],
] as const;

export function DatasetVersionPage() {
  const { project, dataset, number } = route.useParams();
  const { tab } = route.useSearch();
  const version = useQuery(datasetVersionQuery(project, dataset, number));

  return (
    <Page
      title={`#${number}`}
      context={`${dataset} · ${project}`}
      crumbs={[
        {
          key: "datasets",
          link: (
            <Link to="/p/$project/datasets" params={{ project }}>
              Datasets
            </Link>
          ),
        },
        {
          key: "dataset",
          link: (
            <Link to="/p/$project/datasets/$dataset" params={{ project, dataset }}>
              {dataset}
            </Link>
          ),
        },
      ]}
      aside={<VersionSwitch project={project} dataset={dataset} number={number} />}
      actions={
        version.data && (
          <Needs permission="project:models:train">
            <Button
              renderRoot={(props) => (
                <Link
                  to="/p/$project/models/new"
                  params={{ project }}
                  search={{ dataset, version: number }}
                  {...props}
                />
              )}
            >
              Train a model
            </Button>
          </Needs>
        )
      }
      header={
        <>
          {version.data && <Head version={version.data} />}
          <TabBar label="Dataset version">
            {TABS.map(([key, label]) => (
              <Link
                key={label}
                from="/p/$project/datasets/$dataset/versions/$number"
                search={{ tab: key }}
                replace
                {...current(tab === key)}
              >
                {label}
              </Link>
            ))}
          </TabBar>
        </>
      }
      fill
    >
      {version.error ? (
        <ErrorState error={version.error} retry={version.refetch} />
      ) : tab === "rows" ? (
        <Rows />
      ) : tab === "uses" ? (
        <UsedBy />
      ) : tab !== undefined ? (
        <UnknownTab name={tab} />
      ) : (
        <Profile />
      )}
    </Page>
  );
}

function Head({ version }: { version: DatasetVersion }) {
  return (
    <div className={classes.head}>
      <Facts
        items={[
          ["Rows", formatCount(version.row_count)],
          ["Columns", formatCount(version.columns.length)],
          ["Size", <Bytes key="size" value={version.size_bytes} />],
          ["Uploaded as", version.source_name],
          ["Created", <Time key="created" at={version.created_at} />],
          ["By", version.created_by],
          ["Digest", <CopyId key="digest" value={version.digest} label="digest" />],
        ]}
      />
    </div>
  );
}

interface SwitchProps {
  project: string;
  dataset: string;
  number: number;
}

/** Goes to another version of the same dataset. */
function VersionSwitch({ project, dataset, number }: SwitchProps) {
  const versions = useInfiniteQuery(datasetVersionsQuery(project, dataset));
  const items = itemsOf(versions.data);
  if (items.length < 2) return null;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-xs" rightSection={<IconChevronDown size={13} />}>
          of {items.length}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.versions}>
        {items.map((item) => (
          <Menu.Item
            key={item.number}
            disabled={item.number === number}
            rightSection={<Time at={item.created_at} />}
            renderRoot={(props) => (
              <Link
                to="/p/$project/datasets/$dataset/versions/$number"
                params={{ project, dataset, number: item.number }}
                search={(old) => old}
                {...props}
              />
            )}
          >
            #{item.number}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
