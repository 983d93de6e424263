import '../../styles.css';
import { createApp } from 'vue';
import RunbookPage from './RunbookPage.vue';

createApp(RunbookPage).mount('#app');
